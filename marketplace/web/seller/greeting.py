"""Good morning as it is said where the shop stands."""

from __future__ import annotations

from datetime import datetime

from marketplace.orders.rules import zone_of

JAVANESE = ("33.", "34.")  # Central Java and Yogyakarta
WORDS = {
    # hour from which it counts: Javanese, Indonesian
    3: ("Sugeng enjing", "Selamat pagi"),
    11: ("Sugeng siang", "Selamat siang"),
    15: ("Sugeng sonten", "Selamat sore"),
    18: ("Sugeng dalu", "Selamat malam"),
}


def greeting(village_code: str | None, now: datetime) -> str:
    """By the clock of the place; in Javanese where people speak it."""
    hour = now.astimezone(zone_of(village_code)).hour
    since = max((start for start in WORDS if start <= hour), default=max(WORDS))
    return WORDS[since][0 if (village_code or "").startswith(JAVANESE) else 1]
