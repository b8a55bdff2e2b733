"""Parcels: the pieces of an order that travel together, and what is left to be packed."""
