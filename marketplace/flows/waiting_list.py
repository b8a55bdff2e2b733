"""The waiting list and its letters: who joins, whose turn it is, and what becomes of a chance."""

from __future__ import annotations

import base64
import hashlib
import hmac

from sqlalchemy.exc import IntegrityError

from marketplace.accounts import consents
from marketplace.accounts.events import PersonClosed
from marketplace.catalog import waiting
from marketplace.catalog.events import PiecesCameBack
from marketplace.catalog.waiting import Joining
from marketplace.core import clock
from marketplace.core.ids import new_code, token_hash
from marketplace.core.work import transaction
from marketplace.flows import letters
from marketplace.orders import cart
from marketplace.orders.cart import Buyer
from marketplace.outside import outside

ASKING, CHANCE = "asking", "chance"  # what a link was made for; each letter has its own


def join_as(person_id: int, variant_id: int) -> None:
    """Somebody who is signed in joins with one press; a second press changes nothing."""
    code = new_code()
    try:
        with transaction():
            who = Joining(code, _hash(code, ASKING), consents.WAITING.version, person_id=person_id)
            waiting.join(variant_id, who, now=clock.now())
    except IntegrityError:
        return  # the other press was a moment faster


def ask(email: str, variant_id: int) -> None:
    """A guest leaves an address; nothing happens until its owner presses yes in the letter."""
    code, now = new_code(), clock.now()
    thing = waiting.thing(variant_id)
    try:
        with transaction():
            who = Joining(code, _hash(code, ASKING), consents.WAITING.version, email=email)
            if waiting.join(variant_id, who, now=now):
                letters.post(
                    "waiting_confirm",
                    to=email,
                    key=f"waiting:{code}",
                    product=thing.name,
                    shop=thing.shop,
                    url=_address(code, ASKING),
                )
    except IntegrityError:
        return


def confirm(token: str) -> None:
    """Yes, tell me; if pieces came back in the meantime, the job of this minute sees to it."""
    with transaction():
        waiting.confirm(token_hash(token), now=clock.now())


def leave(token: str) -> None:
    """Out of the line; a piece that was kept goes to the next."""
    with transaction():
        waiting.leave(token_hash(token), now=clock.now())


def leave_as(person_id: int, variant_id: int) -> None:
    """The same for somebody who is signed in."""
    with transaction():
        waiting.leave_as(person_id, variant_id, now=clock.now())


def use(token: str, buyer: Buyer, *, village: str | None) -> None:
    """Put the kept piece into the buyer's cart; ordering from that cart uses the chance."""
    now = clock.now()
    with transaction():
        row = waiting.by_token(token_hash(token), now)
        cart_id = cart.add_kept(buyer, row.id, village=village, now=now)
        waiting.attach(token_hash(token), cart_id, now=now)


def came_back(event: PiecesCameBack) -> None:
    """In the transaction that brought them: those in line come first."""
    _offer(event.variant_id)


def forget_person(event: PersonClosed) -> None:
    """Whoever closes the account is in no line any more."""
    waiting.forget_person(event.person_id, now=clock.now())


def see_who_is_next() -> None:
    """Every minute: chances and waits that are over, and pieces that came while a shop was shut."""
    with transaction():
        over = waiting.due(clock.now())
    for hashed in over:
        with transaction():
            waiting.end(hashed, now=clock.now())
    with transaction():
        found = waiting.to_offer()
    for variant_id in found:
        with transaction():
            _offer(variant_id)


def _offer(variant_id: int) -> None:
    """Chances for the first in line, each with its letter."""
    chances = waiting.offer(variant_id, hash_of=lambda code: _hash(code, CHANCE), now=clock.now())
    thing = waiting.thing(variant_id) if chances else None
    for chance in chances:
        letters.post(
            "waiting_chance",
            to=chance.email,
            key=f"chance:{chance.code}",
            product=thing.name if thing else "",
            shop=thing.shop if thing else "",
            until=chance.until.isoformat(),
            url=_address(chance.code, CHANCE),
        )


def _token(code: str, purpose: str) -> str:
    """Unguessable without our secret; the database keeps only its hash."""
    secret = outside().config.secret_key.encode()
    digest = hmac.new(secret, f"waiting:{purpose}:{code}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _hash(code: str, purpose: str) -> str:
    return token_hash(_token(code, purpose))


def _address(code: str, purpose: str) -> str:
    return f"{outside().config.base_url}/kabari/{_token(code, purpose)}"
