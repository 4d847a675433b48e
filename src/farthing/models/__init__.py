"""Estimates with their uncertainty: scorecards, their fit, validation and explanation."""
