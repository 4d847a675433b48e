"""The life of a model after it was developed: appointed by two people, reviewed, returned to, retired, challenged unseen."""
