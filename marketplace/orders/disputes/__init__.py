"""Buyers who complain to their card's bank: how each stands, and whose money it is meanwhile."""
