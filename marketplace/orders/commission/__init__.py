"""What the market keeps of a sale: a visible, ordered list of rates, frozen at the sale."""
