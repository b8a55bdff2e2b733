"""Guyub: many small makers act as one supplier, many residents as one buyer."""
