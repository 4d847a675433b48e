"""The REST door: parse, authorise, answer."""
