"""Identity: what the bank knows that speaks for or against who a party says it is."""
