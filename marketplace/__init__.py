"""Guyub: a marketplace where many small makers act as one supplier and many residents as one buyer."""
