"""A street of three shops with photos, people of every role, and orders in every state.

Laid in a process of its own (`python -m tests.browser.street`), so that the application of the
tests themselves is left alone; what it prints is where the pages stand.
"""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from marketplace.accounts import passwords
from marketplace.app import create_app
from marketplace.catalog import capacity, listings
from marketplace.catalog.models import Product, Quota, Variant
from marketplace.catalog.states import ProductState
from marketplace.core import clock
from marketplace.core.db import db
from marketplace.core.ids import new_code
from marketplace.core.work import transaction
from marketplace.demo import darkroom, market, paying, trading
from marketplace.demo.cast import PASSWORD, SECOND_FACTOR
from marketplace.flows import part_cancelling
from marketplace.makers.models import Ikm, Sentra
from marketplace.makers.states import ShopState
from marketplace.orders import links, postage
from marketplace.orders.commission import rates
from marketplace.orders.disputes.models import Dispute
from marketplace.orders.models import Order, OrderGroup, Payment, Refund
from marketplace.orders.payouts.models import Payout, PayoutRun
from marketplace.outside import outside
from marketplace.photos.models import Photo
from marketplace.photos.states import PhotoState
from tests import builders
from tests.browser import back_office, bank_desk, grievance, praise, waiting_line
from tests.orders import packing

PICTURES = Path(market.__file__).parent / "pictures"
VIEWS = ("-jejer", "-dekat", "-ukuran")  # a second look at the same thing
STORY = (
    "Kami membuatnya di rumah, tiga orang, sejak anak-anak masih kecil. Bahannya dari kebun "
    "sendiri dan dari tetangga. Kalau ada yang kurang pas, kabari saja, kami perbaiki."
)
GOODS, DRAWINGS = 27, 8
MADE_TO_ORDER = 2  # the number of that product
MONTH = timedelta(days=30)


def lay_out() -> dict[str, Any]:
    """Everything, and where it stands."""
    builders.reference_data()
    now = clock.now()
    with transaction():
        postage.load_starter()
        rates.load_starter(now - MONTH)
        people = market.add_people(now - MONTH)
    sentra = _sentra()
    shops = [
        _shop("Batik Sekar Turi", people["citra"], sentra_id=sentra, pickup=True),
        _shop("Dapur Bu Yatmi", _owner("Yatmi")),
        _shop("Bordir Melati", _owner("Melati")),
    ]
    _goods(shops)
    trading.trade(people, now)
    paying.pay(people["eka"], now)
    with transaction():
        away = db.session.get_one(Ikm, shops[2].id)
        away.closed_from, away.closed_to = now.date(), now.date() + timedelta(days=3)
        listings.rebuild_all(now)
    _unusual(shops[0], people)
    _in_parts(shops[0])
    _disputed()
    rooms = bank_desk.lay(people["citra"]) | waiting_line.lay(shops[0]) | back_office.lay()
    return _places(shops[0]) | rooms | grievance.lay(shops[0]) | praise.lay(shops[0])


def _owner(name: str) -> int:
    return builders.person(name, password_hash=passwords.make_hash(PASSWORD))


def _sentra() -> int:
    with transaction():
        made = Sentra(
            slug="batik-turi",
            name="Sentra Batik Turi",
            sector="batik",
            village_code=builders.CONDONGCATUR,
            story=STORY,
            chair="Bu Sri",
            unit_count=18,
            created_at=clock.now(),
        )
        db.session.add(made)
        db.session.flush()
        return made.id


def _shop(name: str, owner: int, **more: Any) -> Ikm:
    return builders.shop(
        name,
        owner=owner,
        address="Jalan Anggajaya 12, RT 03/RW 11",
        story=STORY,
        quote="Canting tidak bisa disuruh lari.",
        since=1998,
        whatsapp="6281200000003",
        visited_on=(clock.now() - MONTH).date(),
        **more,
    )


def _goods(shops: list[Ikm]) -> None:
    """Many products that share a few drawings; the first with two looks and two sizes."""
    files = [f for f in sorted(PICTURES.glob("*.webp")) if not f.stem.endswith(VIEWS)][:GOODS]
    wanted: list[tuple[str, Path]] = []
    for number, file in enumerate(files):
        name = file.stem.replace("-", " ").capitalize()[:80]
        made = builders.product(
            name,
            shop=shops[number % 2] if number < GOODS - 1 else shops[2],
            price=18_000 + 7_500 * number,
            stock=60,
            category="batik" if number % 2 == 0 else "keripik",
            variants={"Kecil": 75_000, "Besar, untuk dua orang": 125_000} if number == 0 else None,
            description=STORY,
            lead_days=14 if number == MADE_TO_ORDER else None,
        )
        if number == MADE_TO_ORDER:
            _weekly(shops[0], made)
        for place in range(2 if number == 0 else 1):
            wanted.append((_photo(made, name, place), files[(number + place) % DRAWINGS]))
    _develop(wanted)


def _weekly(shop: Ikm, product: Product) -> None:
    """The maker finishes so many of it in a week."""
    wish = capacity.Wish("Batik tulis", 12, 8, frozenset({product.code}))
    with transaction():
        capacity.save(shop.id, None, wish, now=clock.now())


def _develop(wanted: list[tuple[str, Path]]) -> None:
    """Each drawing is developed once; who shows the same one gets a copy of the files."""
    first = {file: code for code, file in reversed(wanted)}
    kept = darkroom.develop_all(((code, file) for file, code in first.items()), say=str)
    developed = {picture.code: picture for picture in kept}
    media = outside().config.media_root / "p"
    for code, file in wanted:
        picture = developed[first[file]]
        if code != picture.code:
            shutil.copytree(media / picture.code, media / code)
        with transaction():
            photo = db.session.scalars(select(Photo).where(Photo.code == code)).one()
            photo.state = PhotoState.READY
            photo.width, photo.height = picture.size
            photo.widths, photo.bytes_stored = picture.widths, picture.bytes_stored


def _photo(product: Product, alt: str, position: int) -> str:
    code = new_code()
    with transaction():
        db.session.add(
            Photo(
                code=code,
                ikm_id=product.ikm_id,
                product_id=product.id,
                position=position,
                alt=alt,
                created_at=clock.now(),
            )
        )
    return code


def _unusual(shop: Ikm, people: dict[str, int]) -> None:
    """A product in every state, and a shop that waits for the dinas."""
    for state in (ProductState.DRAFT, ProductState.REVIEW, ProductState.RETURNED):
        builders.product(
            f"Selendang {state.value}",
            shop=shop,
            category="batik",
            state=state,
            state_reason="Foto agak gelap." if state is ProductState.RETURNED else "",
            submitted_at=clock.now(),
        )
    for name, state in (("Dapur Dewi", ShopState.DRAFT), ("Tenun Budi", ShopState.REVIEW)):
        owner = people[name.rpartition(" ")[2].lower()]
        builders.shop(name, owner=owner, state=state, story=STORY, submitted_at=clock.now())


def _in_parts(shop: Ikm) -> None:
    """One parcel is on the road, one is packed, the rest is not, and a piece will not come."""
    kinds = {"Taplak meja cap": (85_000, 3), "Selendang jumputan": (60_000, 3)}
    code = packing.accepted(shop=shop, kinds=kinds)
    pieces = {packing.view(code).lines[1].id: 1}
    hand = packing.hand(code)
    part_cancelling.shop_cancels(code, hand, pieces, reason="Bahan habis", postage=False)
    packing.pack(code, 2)
    packing.ship(code)
    packing.pack(code, 1)


def _disputed() -> None:
    """A buyer who complained to the bank, and one whose bank has decided."""
    paid = select(Payment.id, Payment.amount).where(Payment.state == "paid").limit(2)
    with transaction():
        for number, (payment_id, amount) in enumerate(db.session.execute(paid).all()):
            db.session.add(
                Dispute(
                    code=new_code(),
                    payment_id=payment_id,
                    provider="simulator",
                    reference=f"simdp_{number}",
                    state="won" if number else "needs_response",
                    amount=amount,
                    reason="product_not_received",
                    evidence_due_by=clock.now() + timedelta(days=6),
                    opened_at=clock.now(),
                    taken_at=clock.now(),
                    returned_at=clock.now() if number else None,
                    touched_at=clock.now(),
                    closed_at=clock.now() if number else None,
                )
            )


def _places(shop: Ikm) -> dict[str, Any]:
    db.session.rollback()
    first = db.session.scalars(select(Product).order_by(Product.id)).first()
    assert first is not None
    states = {
        str(p.state): p.code
        for p in db.session.scalars(select(Product).where(Product.ikm_id == shop.id))
    }
    orders = select(Order).where(Order.ikm_id == shop.id).order_by(Order.id)
    return {
        "password": PASSWORD,
        "second_factor": SECOND_FACTOR,
        "product": f"/p/{first.slug}-{first.code}",
        "shop": shop.code,
        "shop_page": f"/t/{shop.slug}",
        "sentra": "/sentra/batik-turi",
        "products": states,
        "quota": db.session.scalars(select(Quota.id)).one(),
        "variant": db.session.scalars(
            select(Variant.id).where(Variant.product_id == first.id)
        ).first(),
        "orders": {f"{o.state}-{o.parcel}": o.code for o in db.session.scalars(orders)},
        "pages": _order_pages(),
        "part": _newest(Order, Order.parcel == "next"),
        "draft_shop": _code("Dapur Dewi"),
        "review_shop": _code("Tenun Budi"),
        "transfer": _newest(Payment, Payment.state == "open"),
        "refund": _newest(Refund, Refund.done_at.is_(None)),
        "dispute": _newest(Dispute, Dispute.state == "needs_response"),
        "zone": db.session.scalars(select(postage.PostageZone.id)).first(),
        "rate": rates.all_rates()[0].id,
        "runs": _runs(),
    }


def _runs() -> dict[str, str]:
    """A run that waits for a yes, and one that was let go with a payout of it."""
    found = {str(run.state): str(run.code) for run in db.session.scalars(select(PayoutRun))}
    sent = select(Payout.code).where(Payout.sent_at.is_not(None))
    return found | {"payout": str(db.session.scalars(sent).first())}


def _order_pages() -> dict[str, str]:
    """The buyer's page for one order of each kind."""
    secret = outside().config.secret_key
    rows = db.session.execute(
        select(Order.state, Order.parcel, OrderGroup.code).join(
            OrderGroup, OrderGroup.id == Order.group_id
        )
    )
    return {f"{s}-{p}": f"/pesanan/{links.token_of(code, secret)}" for s, p, code in rows}


def _code(name: str) -> str:
    return str(db.session.scalars(select(Ikm.code).where(Ikm.name == name)).one())


def _newest(table: Any, where: Any) -> str:
    return str(
        db.session.scalars(select(table.code).where(where).order_by(table.id.desc())).first()
    )


if __name__ == "__main__":
    with create_app().app_context():
        print(json.dumps(lay_out()))
