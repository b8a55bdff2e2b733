"""Doors for machines and for everybody: health, help, offline."""
