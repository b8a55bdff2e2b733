"""Banks, account numbers and names, and what a bank's file may hold: nothing here asks anybody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from marketplace.core.errors import Invalid

BANK = "bank"  # the way through a bank's file; other ways bear the name of their provider


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank as people know it, with the code that banks call it by among themselves."""

    name: str
    code: str


BANKS: Mapping[str, Bank] = {
    "bri": Bank("BRI", "002"),
    "mandiri": Bank("Bank Mandiri", "008"),
    "bni": Bank("BNI", "009"),
    "bca": Bank("BCA", "014"),
    "bsi": Bank("Bank Syariah Indonesia (BSI)", "451"),
    "btn": Bank("BTN", "200"),
    "bpd-diy": Bank("Bank BPD DIY", "112"),
    "jateng": Bank("Bank Jateng", "113"),
    "jatim": Bank("Bank Jatim", "114"),
    "bjb": Bank("Bank BJB", "110"),
    "dki": Bank("Bank Jakarta (Bank DKI)", "111"),
    "kalteng": Bank("Bank Kalteng", "125"),
    "sultra": Bank("Bank Sultra", "135"),
    "cimb": Bank("CIMB Niaga", "022"),
    "danamon": Bank("Bank Danamon", "011"),
    "jago": Bank("Bank Jago", "542"),
    "maybank": Bank("Maybank Indonesia", "016"),
    "mega": Bank("Bank Mega", "426"),
    "muamalat": Bank("Bank Muamalat", "147"),
    "ocbc": Bank("OCBC", "028"),
    "panin": Bank("Panin Bank", "019"),
    "permata": Bank("Bank Permata", "013"),
    "seabank": Bank("SeaBank", "535"),
}
FEWEST_DIGITS, MOST_DIGITS = 6, 20
_PROVIDERS_NAME = re.compile(r"[A-Za-z0-9_]{6,60}\Z", re.ASCII)
_HOLDER = re.compile(r"[A-Z][A-Z0-9 .,'&()/-]{1,69}\Z", re.ASCII)
_UNSEEN_START = "=+-@\t\r\n\0＝＋－＠"


def account_number(way: str, typed: str) -> str:
    """The number without its spaces, points and dashes; digits alone, but for a provider's name."""
    text = typed.strip()
    if way != BANK:
        if not _PROVIDERS_NAME.match(text):
            raise Invalid("account_name_wrong", field="number")
        return text
    digits = re.sub(r"[ .-]", "", text)
    if not (digits.isascii() and digits.isdigit()):
        raise Invalid("account_not_digits", field="number")
    if not FEWEST_DIGITS <= len(digits) <= MOST_DIGITS or not digits.strip("0"):
        raise Invalid("account_length", field="number", least=FEWEST_DIGITS, most=MOST_DIGITS)
    return digits


def holder_name(typed: str) -> str:
    """The name as banks print it: capital letters, beginning with one."""
    name = " ".join(typed.split()).upper()
    if not _HOLDER.match(name):
        raise Invalid("account_holder", field="holder")
    return name


def masked(way: str, bank: str, tail: str) -> str:
    """How an account is shown: BRI ••1187, never the whole number."""
    return f"{bank_name(way, bank)} ••{tail}"


def bank_name(way: str, bank: str) -> str:
    """What the bank or the provider is called."""
    if way == BANK:
        return BANKS[bank].name if bank in BANKS else bank
    return {"stripe": "Akun Stripe", "simulator": "Uang mainan"}.get(way, way)


def harmless(cell: str) -> str:
    """A cell that no table program takes for a formula; RFC 4180 quoting is the writer's."""
    text = "".join(letter for letter in cell if letter.isprintable())
    return f"'{text}" if text.lstrip(" \u00a0\u3000")[:1] in tuple(_UNSEEN_START) else text


MARK = "GUYUB"  # stands before our code in what the bank prints
_MARKED = re.compile(r"guyub[^a-z0-9]{0,3}([2-9a-hjkmnp-tv-z]{10})(?![a-z0-9])")


def words_for_bank(payout_code: str) -> str:
    """What the bank prints beside a payout, so that its statement names it again."""
    return f"{MARK} {payout_code.upper()}"


def code_in(text: str) -> str | None:
    """The payout that a line of a bank statement names."""
    found = _MARKED.search(text.casefold())
    return found[1] if found else None


def digest(parts: Iterable[tuple[str, int, int]]) -> str:
    """What somebody approves: every payout with its account and its amount."""
    words = "\n".join(f"{code}:{account}:{amount}" for code, account, amount in sorted(parts))
    return sha256(words.encode()).hexdigest()


def digest_of(data: bytes) -> str:
    """The name of a file by what it says."""
    return sha256(data).hexdigest()
