"""Early warning: triggers, outlook, watchlist and the response to them."""
