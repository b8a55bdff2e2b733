"""Selling together and cheaper for a time: group buying and the great sale."""
