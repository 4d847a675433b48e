"""Fraud: the signs around parties, models and rules from confirmed cases, and what they say of one applicant."""
