"""Verbs: one file per journey; load, think in rooms, record."""
