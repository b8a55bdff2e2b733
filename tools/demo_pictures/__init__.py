"""Draws the product pictures of the demo market: SVG text in, WebP files out."""
