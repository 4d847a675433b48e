"""Anti-fraud models: what they may read, how they are fitted and tested, what they say of one applicant, and rules from few cases."""
