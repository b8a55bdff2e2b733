"""Figures that somebody decided: a limit, a least amount, a number of days; each from a day on."""
