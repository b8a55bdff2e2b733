"""What kinds of things small industries make: one word in rows, one name for people."""

from __future__ import annotations

SECTORS = {
    "pangan": "Makanan dan camilan",
    "minuman": "Minuman, teh, dan jamu",
    "batik": "Batik dan kain",
    "sandang": "Jahit, bordir, dan pakaian",
    "anyaman": "Anyaman dan serat alam",
    "kayu": "Kayu, bambu, dan mebel",
    "gerabah": "Gerabah, keramik, dan semen",
    "logam": "Logam, perak, dan perhiasan",
    "kulit": "Kulit, sepatu, dan tas",
    "kerajinan": "Kerajinan tangan lain",
    "bengkel": "Bengkel dan alat kerja",
    "lain": "Lainnya",
}


def sector_name(code: str) -> str:
    """The name of a sector; nothing for one that was not chosen yet."""
    return SECTORS.get(code, "")
