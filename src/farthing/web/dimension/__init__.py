"""Scores of dimensions as pages."""
