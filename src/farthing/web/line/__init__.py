"""What staff do with a line that runs: every act shows its effect before consent, and only those a person may do are offered."""
