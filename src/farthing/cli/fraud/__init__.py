"""Commands about fraud and identity."""
