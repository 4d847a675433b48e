"""Estimates beside the score, as cards of a page."""
