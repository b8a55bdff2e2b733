"""What sending a parcel costs: zones from place to place, and a price per started kilogram.

Worked example: 2,400 g from Sleman to Bandung, first kilogram Rp18.000, every further one Rp14.000.
Couriers forgive the last 300 g, so 2,400 g are three kilograms and 2,300 g would be two:
18.000 + 2 × 14.000 = Rp46.000.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

STARTER_TARIFF = Path(__file__).parent / "data" / "postage.csv"
FORGIVEN_G = 300
KILOGRAM_G = 1_000

# Destinations that say "the same as the origin", with how many parts of the code must agree.
SAME = {"sekecamatan": 3, "sekabupaten": 2, "seprovinsi": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """One line of the tariff; `origin` "" is anywhere, `destination` a code or a word of `SAME`."""

    origin: str
    destination: str
    courier: str
    first_kg: int
    next_kg: int
    max_kg: int
    days_min: int
    days_max: int


def chargeable_kg(weight_g: int) -> int:
    """Started kilograms, at least one; the last 300 g are forgiven."""
    return max(1, -(-(weight_g - FORGIVEN_G) // KILOGRAM_G))


def price(first_kg: int, next_kg: int, weight_g: int) -> int:
    """Rupiah for a parcel: the first kilogram, and the rest at the price of a further one."""
    return first_kg + (chargeable_kg(weight_g) - 1) * next_kg


def carries(zone: Zone, weight_g: int) -> bool:
    """Whether a parcel of this weight may travel in the zone."""
    return chargeable_kg(weight_g) <= zone.max_kg


def best_zone(zones: Iterable[Zone], origin: str, destination: str) -> Zone | None:
    """The zone that names the two places most closely: destination first, then origin.

    None when no line of the tariff fits: the shop cannot send there.
    """
    fitting = [zone for zone in zones if _fits(zone, origin, destination)]
    return max(fitting, key=lambda zone: _closeness(zone, origin), default=None)


def _fits(zone: Zone, origin: str, destination: str) -> bool:
    return _inside(origin, zone.origin) and _inside(destination, _target(zone, origin))


def _closeness(zone: Zone, origin: str) -> tuple[int, int]:
    return len(_target(zone, origin)), len(zone.origin)


def _target(zone: Zone, origin: str) -> str:
    """The code the destination must lie in; for "the same" it is cut from the origin's own."""
    parts = SAME.get(zone.destination)
    if parts is None:
        return zone.destination
    return ".".join(origin.split(".")[:parts])


def _inside(code: str, region: str) -> bool:
    """One digit is a group of islands; longer codes end at a dot: 34.1 does not hold 34.10."""
    if len(region) <= 1:
        return code.startswith(region)
    return code == region or code.startswith(f"{region}.")


def zones_from_csv(text: str) -> list[Zone]:
    """A tariff as written in a table with the columns of `Zone`; lines with # are remarks."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [
        Zone(
            origin=row["origin"],
            destination=row["destination"],
            courier=row["courier"],
            first_kg=int(row["first_kg"]),
            next_kg=int(row["next_kg"]),
            max_kg=int(row["max_kg"]),
            days_min=int(row["days_min"]),
            days_max=int(row["days_max"]),
        )
        for row in csv.DictReader(lines)
    ]


def starter_zones() -> list[Zone]:
    """The example tariff a new market begins with."""
    return zones_from_csv(STARTER_TARIFF.read_text(encoding="utf-8"))
