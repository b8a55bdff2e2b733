"""The people of a shop: who they are, who is invited, and the door an invitation opens."""

from __future__ import annotations

from flask import Response, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from marketplace.accounts.roles import ShopRole
from marketplace.core import clock
from marketplace.core.errors import Invalid, NotFound
from marketplace.core.work import transaction
from marketplace.flows import shop_life
from marketplace.makers import team as people
from marketplace.makers.team import Member
from marketplace.web import limits
from marketplace.web.access import LINK, SHOP, SHOP_OWNER_PROVED, SIGNED_IN, allow
from marketplace.web.forms import keeps_typed
from marketplace.web.seller.blueprint import bp
from marketplace.web.seller.pages import say
from marketplace.web.seller.shop_forms import InviteForm, RoleForm
from marketplace.web.sentences import SENTENCES


@bp.get("/toko-saya/<shop>/tim")
@allow(SHOP)
def team(shop: str) -> str:
    """Who works here; owners also see who is invited."""
    return render_template(
        "seller/team.html",
        shop=g.shop,
        nav="toko",
        members=people.members(g.shop.ikm_id),
        invited=people.invitations(g.shop.ikm_id, now=clock.now()) if g.shop.owner else [],
        me=current_user.person_id,
    )


@bp.get("/toko-saya/<shop>/tim/undang")
@allow(SHOP_OWNER_PROVED)
def invite(shop: str) -> str:
    """Whom to invite, and as what."""
    return _invite_page(InviteForm(formdata=None))


@bp.post("/toko-saya/<shop>/tim/undang")
@allow(SHOP_OWNER_PROVED)
@keeps_typed
def send_invitation(shop: str) -> Answer | tuple[str, int]:
    """Invite one address."""
    form = InviteForm()
    if not form.validate_on_submit():
        return _invite_page(form), 422
    limits.limit("invite", g.shop.ikm_id)
    role = ShopRole(form.role.data)
    try:
        shop_life.invite(
            g.shop.ikm_id, form.email.data, role, by=current_user.person_id, now=clock.now()
        )
    except Invalid as error:
        form.refuse(error)
        return _invite_page(form), 422
    say(f"Undangan dikirim ke {form.email.data}. Berlaku 7 hari.")
    return _back(shop)


@bp.post("/toko-saya/<shop>/tim/undangan/<int:invitation>/batal")
@allow(SHOP_OWNER_PROVED)
def withdraw_invitation(shop: str, invitation: int) -> Answer:
    """Take an invitation back."""
    with transaction():
        people.withdraw(g.shop.ikm_id, invitation, by=current_user.person_id, now=clock.now())
    say("Undangan dibatalkan.")
    return _back(shop)


@bp.get("/toko-saya/<shop>/tim/<person>")
@allow(SHOP_OWNER_PROVED)
def member(shop: str, person: str) -> str:
    """One member: another role, or out."""
    return render_template("seller/member.html", shop=g.shop, nav="toko", member=_member(person))


@bp.post("/toko-saya/<shop>/tim/<person>/peran")
@allow(SHOP_OWNER_PROVED)
def change_role(shop: str, person: str) -> Answer:
    """Owner or helper."""
    found, form = _member(person), RoleForm()
    if not form.validate_on_submit():
        raise Invalid("invalid")
    with transaction():
        people.set_role(
            g.shop.ikm_id,
            person,
            ShopRole(form.role.data),
            by=current_user.person_id,
            now=clock.now(),
        )
    say(f"Peran {found.name} sudah diganti.")
    return _back(shop)


@bp.post("/toko-saya/<shop>/tim/<person>/keluarkan")
@allow(SHOP_OWNER_PROVED)
def remove_member(shop: str, person: str) -> Answer:
    """Out of the shop, from the next request on."""
    found = _member(person)
    with transaction():
        people.remove(g.shop.ikm_id, person, by=current_user.person_id, now=clock.now())
    if found.person_id == current_user.person_id:
        return redirect(url_for("seller.my_shops"), 303)
    say(f"{found.name} sudah keluar dari tim.")
    return _back(shop)


@bp.get("/toko-saya/<shop>/tim/keluar")
@allow(SHOP)
def leave(shop: str) -> str:
    """Ask once more before going."""
    return render_template("seller/leave.html", shop=g.shop, nav="toko")


@bp.post("/toko-saya/<shop>/tim/keluar")
@allow(SHOP)
def leave_now(shop: str) -> Answer:
    """Go."""
    with transaction():
        people.leave(g.shop.ikm_id, by=current_user.person_id, now=clock.now())
    return redirect(url_for("account.home"), 303)


# --- The other side of the door -------------------------------------------------------------------


@bp.get("/undangan/<token>")
@allow(LINK)
def invitation(token: str) -> Answer | str | tuple[str, int]:
    """Who invites to which shop; the person it was sent to may accept."""
    found = people.invitation(token, now=clock.now())
    if found is None:
        raise NotFound("invitation_over")
    known = current_user.is_authenticated
    return render_template(
        "seller/invitation.html",
        found=found,
        token=token,
        known=known,
        mine=known and current_user.email == found.email,
        wrong=SENTENCES["invitation_for_another"],
        way_back=request.path,
    )


@bp.post("/undangan/<token>")
@allow(SIGNED_IN)
def accept_invitation(token: str) -> Answer:
    """Come in."""
    with transaction():
        found = people.accept(token, current_user.person_id, now=clock.now())
    say(f"Selamat datang di {found.shop}.")
    return redirect(url_for("seller.tasks", shop=found.shop_code), 303)


def _invite_page(form: InviteForm) -> str:
    return render_template("seller/invite.html", shop=g.shop, nav="toko", form=form)


def _member(code: str) -> Member:
    found = next((m for m in people.members(g.shop.ikm_id) if m.code == code), None)
    if found is None:
        raise NotFound()
    return found


def _back(shop: str) -> Response:
    return redirect(url_for("seller.team", shop=shop), 303)  # type: ignore[return-value]
