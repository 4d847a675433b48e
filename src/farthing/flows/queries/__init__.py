"""Answers for pages and the API: one file per page, nothing written."""
