"""Lending against houses: offered, valued, taken as security, raised on, and given back."""
