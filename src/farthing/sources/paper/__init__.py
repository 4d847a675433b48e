"""Paper: what leaves the bank as a PDF."""
