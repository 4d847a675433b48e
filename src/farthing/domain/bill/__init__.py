"""The words for acceptance bills (网商贴): the paper, its chain, and what may happen to it."""
