"""The database that comes along: its programs, its cluster, its life and its roles."""
