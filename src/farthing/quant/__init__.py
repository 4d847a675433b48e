"""The bank's numbers: arrays in, numbers out, each formula citing its source."""
