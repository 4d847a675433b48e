"""Repayment capacity: what a business can pay a month out of the cash it makes, and how sure that is."""
