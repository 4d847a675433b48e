"""Journeys of the bank as a whole: each looks beyond one line, or governs what many lines stand on."""
