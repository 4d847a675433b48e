"""What a validation report says of a model beside its measures: curves, months, swaps, leaks, stress; each as measures of its card."""
