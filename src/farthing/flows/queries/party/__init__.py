"""A party as a page shows it: who it is, what is around it, and what the bank has with it."""
