"""A party on the workbench: who it is, what is around it, and every ring the bank knows of."""
