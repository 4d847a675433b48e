"""Models on the workbench: the inventory of nine classes, challengers beside what is in use, and what may be done."""
