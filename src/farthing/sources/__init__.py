"""Adapters to the outside world, clocks and public data sets included."""
