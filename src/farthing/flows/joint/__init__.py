"""Lending with partners: who is on the list, what the bank's capital is, and how much room both leave."""
