"""Journeys of a running line: each locks it, carries it to the open day, and writes one event into its stream."""
