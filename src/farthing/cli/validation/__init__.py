"""`farthing model report` and `farthing model drift`: was it right, and is it still."""
