"""Who deals with whom: relatedness, groups, rings and the supply network."""
