"""How fast the market is, and what each page costs: measured beside the least the stack can do."""
