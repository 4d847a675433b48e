"""Models of many segments at once: each its own as far as its cases carry it, the common one for the rest."""
