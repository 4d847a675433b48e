"""The command line for the bank as a whole: its rules, its capital, its partners, the review of classes."""
