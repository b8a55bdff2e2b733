"""The record of a photo: whose it is, of what, how it reads aloud, and what became of it."""
