"""Scores made of dimensions: calibrated sub-scorecards under a total that none of them can make worse by being better."""
