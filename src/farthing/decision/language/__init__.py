"""The policy language: a closed subset of SQL expressions over typed facts, exact, with one meaning on one applicant and on columns."""
