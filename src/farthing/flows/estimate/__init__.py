"""Estimates beside the score of a party: what it could pay, and how it stands by dimension. Decisions may name them."""
