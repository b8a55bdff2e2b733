"""What a QRIS code says: EMV's merchant-presented form, with what Indonesia asks on top.

A payload is a row of elements: two digits that name it, two that count its letters, then these.
The last one is a checksum over everything before it, its own name and length included.
"""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.core.errors import Invalid
from marketplace.core.money import MAX_RUPIAH

LONGEST = 512
STATIC, DYNAMIC = "11", "12"
RUPIAH, INDONESIA = "360", "ID"
NATIONAL = "ID.CO.QRIS.WWW"
FORMAT, METHOD, CATEGORY, CURRENCY, AMOUNT, TIP, COUNTRY, NAME, CITY, CHECKSUM = (
    "00", "01", "52", "53", "54", "55", "58", "59", "60", "63"
)  # fmt: skip
ACCOUNTS = [f"{number:02}" for number in range(26, 52)]

Element = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Qris:
    """A code as a person would name it: whose it is, where, and through which networks."""

    payload: str
    merchant: str
    city: str
    networks: tuple[str, ...]
    national_id: str  # NMID: the merchant's one number in the whole country; may be missing


def read(payload: str) -> Qris:
    """The standing code of an Indonesian merchant; anything else is refused with the reason.

    The buyer types the exact amount, so a code that holds an amount, asks for a tip, or serves
    one sale only cannot be ours.
    """
    text = payload.strip()
    elements = elements_of(text)
    values = dict(elements)
    if len(values) != len(elements):
        raise Invalid("qris_broken", field="payload")
    if elements[0] != (FORMAT, "01"):
        raise Invalid("qris_not_one", field="payload")
    if elements[-1][0] != CHECKSUM or values[CHECKSUM].upper() != checksum(text[:-4]):
        raise Invalid("qris_mistyped", field="payload")
    if values.get(METHOD, STATIC) != STATIC or AMOUNT in values:
        raise Invalid("qris_one_sale", field="payload")
    if TIP in values:
        raise Invalid("qris_tip", field="payload")
    if values.get(CURRENCY) != RUPIAH or values.get(COUNTRY) != INDONESIA:
        raise Invalid("qris_foreign", field="payload")
    networks, national_id = _accounts(values)
    merchant, city = values.get(NAME, "").strip(), values.get(CITY, "").strip()
    if not networks or not merchant or not values.get(CATEGORY):
        raise Invalid("qris_no_merchant", field="payload")
    return Qris(text, merchant, city, networks, national_id)


def with_amount(payload: str, rupiah: int) -> str:
    """The same code for one amount: the buyer's app fills it in, and takes it once."""
    if not 0 < rupiah <= MAX_RUPIAH:
        raise ValueError(rupiah)
    values = {**dict(elements_of(payload)), METHOD: DYNAMIC, AMOUNT: str(rupiah)}
    del values[CHECKSUM]
    return sealed(sorted(values.items()))


def elements_of(text: str) -> list[Element]:
    """The elements in their order; lengths that do not add up mean that letters are missing."""
    if not text.isprintable() or not 0 < len(text) <= LONGEST:
        raise Invalid("qris_not_one", field="payload")
    found: list[Element] = []
    place = 0
    while place < len(text):
        name, count = text[place : place + 2], text[place + 2 : place + 4]
        if not (len(count) == 2 and (name + count).isascii() and (name + count).isdigit()):
            raise Invalid("qris_broken" if found else "qris_not_one", field="payload")
        value = text[place + 4 : place + 4 + int(count)]
        if len(value) != int(count):
            raise Invalid("qris_broken", field="payload")
        found.append((name, value))
        place += 4 + len(value)
    return found


def sealed(elements: list[Element]) -> str:
    """The elements as one payload, closed with its checksum."""
    open_ = "".join(f"{name}{len(value):02}{value}" for name, value in elements)
    open_ += f"{CHECKSUM}04"
    return open_ + checksum(open_)


def checksum(text: str) -> str:
    """CRC-16 as EMV wants it: polynomial 1021, begun with FFFF, nothing turned round."""
    register = 0xFFFF
    for byte in text.encode():
        register ^= byte << 8
        for _ in range(8):
            register = (register << 1) ^ 0x1021 if register & 0x8000 else register << 1
            register &= 0xFFFF
    return f"{register:04X}"


def _accounts(values: dict[str, str]) -> tuple[tuple[str, ...], str]:
    """The networks that take money for this merchant, and the merchant's national number."""
    networks, national_id = [], ""
    for name in ACCOUNTS:
        if name not in values:
            continue
        try:
            inner = dict(elements_of(values[name]))
        except Invalid:
            raise Invalid("qris_broken", field="payload") from None
        network = inner.get("00", "").upper()
        if network == NATIONAL:
            national_id = inner.get("02", "")
        if network:
            networks.append(network)
    return tuple(networks), national_id
