"""Point-in-time facts: one definition each, the same in training and live."""
