"""Whether each source keeps coming, whole, of the same make, and in agreement with the others."""
