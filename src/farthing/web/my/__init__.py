"""The borrower's pages, made for a phone: how much, what it costs, when to pay."""
