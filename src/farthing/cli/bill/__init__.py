"""The command line for acceptance bills: read them, price and buy them, and record what happens to them."""
