"""Proof: the journal, its seals, replay and accountability."""
