"""A whole bank played by a script and judged every evening: no module is a journey of a real bank."""
