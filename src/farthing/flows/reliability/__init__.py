"""How far the sources of evidence can be relied on: kept by a run of the monitors, read by decisions."""
