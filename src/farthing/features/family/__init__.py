"""The families of features: what is asked of each kind of evidence, and the templates that ask it of many."""
