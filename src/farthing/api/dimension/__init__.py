"""Scores of dimensions through the API."""
