"""Who can sign in to the example market."""

from __future__ import annotations

from marketplace.accounts.roles import Role
from marketplace.demo.content import Person, load_content

PASSWORD = "kawung-truntum-ceplok"
# Known to everybody who reads this, like the password: play accounts, in example markets only.
SECOND_FACTOR = "GUYUBPASARCONTOHGUYUBPASARCONTOH"  # 160 bits, as authenticators ask

ROLES = {"staff": Role.STAFF, "admin": Role.ADMIN}
WORDS = {
    "resident": "warga",
    "owner": "pemilik toko",
    "buyer_office": "pembeli kantor",
    "staff": "petugas dinas",
    "admin": "admin",
}


def accounts() -> list[tuple[str, str]]:
    """What each account is and its address, one for each role."""
    shown: dict[str, Person] = {}
    for person in load_content().cast:
        shown.setdefault(person.role, person)
    return [(WORDS[role], person.email) for role, person in shown.items()]
