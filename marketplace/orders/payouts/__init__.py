"""Paying the makers: to which account, what is ready, in which run, and what became of it."""
