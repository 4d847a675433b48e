"""Boosted trees beside the scorecard: fitted by LightGBM, frozen into whole numbers, and scored and explained by our own code."""
