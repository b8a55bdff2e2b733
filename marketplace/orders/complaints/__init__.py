"""Buyers who complain to the shop: what about, what was answered, and what became of the money."""
