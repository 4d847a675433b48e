"""Estimates beside the score, over the API."""
