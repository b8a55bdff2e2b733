"""Money on our own accounts: which amount was given to whom, what came in, and whose it is."""
