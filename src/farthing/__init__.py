"""Farthing: an open credit bank for the smallest borrowers."""

__version__ = "0.1.0"
