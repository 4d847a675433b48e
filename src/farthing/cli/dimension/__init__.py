"""`farthing model dimensions` and `farthing model personal`."""
