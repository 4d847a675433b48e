"""The book as a whole: cohorts, vintages, concentration and loss."""
