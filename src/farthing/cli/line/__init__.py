"""The command line for what happens to a line: use it, service it, propose, relieve."""
