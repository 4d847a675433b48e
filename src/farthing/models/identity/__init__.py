"""Identity: is this party who it says it is, how sure are we, and what was not possible to check."""
