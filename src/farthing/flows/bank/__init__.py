"""Journeys of the bank as a whole: what the night, a month's end and those who listen need."""
