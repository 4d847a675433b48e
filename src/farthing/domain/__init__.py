"""Words: frozen values and their invariants, shared by every room."""
