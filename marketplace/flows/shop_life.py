"""The life of a shop: what its maker and the dinas do to it, and what visitors see of that.

Whatever changes cards on the market is shown in the same transaction; whoever has to know gets a
letter promised with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from marketplace.accounts.roles import ShopRole
from marketplace.catalog import listings
from marketplace.core import clock, jobs
from marketplace.core.errors import Conflict
from marketplace.core.work import transaction
from marketplace.flows import letters, photo_work
from marketplace.makers import application, reviews, sheets, shops, team
from marketplace.makers.rules import SEEN_BY_VISITORS
from marketplace.makers.shops import Desk
from marketplace.makers.states import ShopState
from marketplace.outside import outside
from marketplace.photos import photos

NEWS = {
    ShopState.OPEN: "opened",
    ShopState.RETURNED: "returned",
    ShopState.SUSPENDED: "suspended",
    ShopState.CLOSED: "closed",
}


def start(person_id: int, name: str, *, now: datetime) -> str:
    """Begin an application; the code of the new shop."""
    with transaction():
        return application.start(person_id, name, now=now)


def save(desk: Desk, part: str, values: Mapping[str, Any]) -> None:
    """Keep one part of the shop's page."""
    with transaction():
        shops.save(desk, part, values)
        if part in SEEN_BY_VISITORS:
            listings.relist_shop(desk.ikm_id, desk.now)


def new_picture(desk: Desk, data: bytes, *, alt: str) -> None:
    """Show another picture of shop and maker; the old one goes once the new one stands."""
    before = sheets.of_shop(desk.ikm_id)
    if before.state is ShopState.CLOSED:
        raise Conflict("shop_is_closed")
    code = photo_work.take_in(data, ikm_id=desk.ikm_id, alt=alt, by=desk.by)
    with transaction():
        seen = before.sign("photo")
        desk = Desk(desk.ikm_id, seen, desk.by, desk.now, desk.beside)
        shops.save(desk, "photo", {"cover_code": code})
        if before.cover_code:
            photos.take_down(desk.ikm_id, before.cover_code, now=desk.now)


def submit(ikm_id: int, *, by: int, now: datetime) -> None:
    """Send the application to the dinas."""
    with transaction():
        application.submit(ikm_id, by=by, now=now)
        _write("submitted", ikm_id, now)


def decide(code: str, there: ShopState, *, seen: int, reason: str, by: int, now: datetime) -> None:
    """The dinas lets in, sends back, stops or closes; the owners are told why."""
    with transaction():
        ikm_id, before = reviews.decide(code, there, seen=seen, reason=reason, by=by, now=now)
        listings.relist_shop(ikm_id, now)
        again = there == ShopState.OPEN and before == ShopState.SUSPENDED
        _write("reopened" if again else NEWS[there], ikm_id, now)


def note_visit(code: str, day: date | None, *, today: date, by: int, now: datetime) -> None:
    """The dinas has been there."""
    with transaction():
        reviews.note_visit(code, day, today=today, by=by, now=now)


def pause(ikm_id: int, *, by: int, now: datetime) -> None:
    """Off the market for a while."""
    with transaction():
        shops.pause(ikm_id, by=by, now=now)
        listings.relist_shop(ikm_id, now)


def resume(ikm_id: int, *, by: int, now: datetime) -> None:
    """Back on the market."""
    with transaction():
        shops.resume(ikm_id, by=by, now=now)
        listings.relist_shop(ikm_id, now)


def close(ikm_id: int, *, typed: str, by: int, now: datetime) -> None:
    """Closed for good; all owners are told."""
    with transaction():
        shops.close(ikm_id, typed=typed, by=by, now=now)
        listings.relist_shop(ikm_id, now)
        _write("closed", ikm_id, now)


def invite(ikm_id: int, email: str, role: ShopRole, *, by: int, now: datetime) -> None:
    """Ask somebody into the shop; the letter with the link follows."""
    with transaction():
        invitation_id = team.invite(ikm_id, email, role, by=by, now=now)
        jobs.enqueue("shops.send_invitation", invitation_id=invitation_id)


def send_invitation(invitation_id: int) -> None:
    """Write the letter with a fresh link; a second letter makes the first link void."""
    with transaction():
        made = team.new_link(invitation_id, now=clock.now())
    if made is None:
        return
    token, found = made
    letters.send(
        "shop_invitation",
        found.email,
        {
            "shop": found.shop,
            "invited_by": found.invited_by,
            "owner": found.role is ShopRole.OWNER,
            "until": found.expires_at,
            "link": f"{outside().config.base_url}/undangan/{token}",
        },
    )


def _write(news: str, ikm_id: int, now: datetime) -> None:
    """One letter to each owner."""
    sheet = sheets.of_shop(ikm_id)
    for address in team.owner_addresses(ikm_id):
        letters.post(
            "shop_news",
            to=address,
            key=f"shop:{news}:{sheet.code}:{sheet.version}:{address}",
            news=news,
            shop=sheet.name,
            code=sheet.code,
            slug=sheet.slug,
            reason=sheet.state_reason,
        )
