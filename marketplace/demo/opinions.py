"""What the buyers of the example market say of what they received, and what some makers answer."""

from __future__ import annotations

import random
from typing import Any

from sqlalchemy import func, select

from marketplace.core.db import db
from marketplace.core.work import transaction
from marketplace.demo.trading import DAY
from marketplace.makers.models import Membership
from marketplace.orders.models import Order, OrderEvent, OrderGroup, OrderLine
from marketplace.orders.reviews import reviews
from marketplace.orders.states import OrderState

SAID = (
    (5, "Rapi dan persis seperti fotonya. Datangnya juga cepat."),
    (5, "Sudah dua kali beli di sini, mutunya sama bagusnya."),
    (5, "Ibu saya suka sekali. Nanti pesan lagi."),
    (4, "Bagus. Bungkusnya bisa dibuat sedikit lebih tebal."),
    (4, "Sesuai keterangan. Warnanya sedikit lebih tua daripada di foto."),
    (3, "Barangnya baik, tetapi datangnya lebih lama dari perkiraan."),
)
ANSWER = "Terima kasih, Bapak/Ibu. Masukannya kami pakai untuk kiriman berikutnya."


def give() -> int:
    """Two of three buyers say how a thing is, a day after it came; how many did."""
    dice = random.Random(19081908)
    told = [line for line in _received() if dice.random() < 2 / 3]
    for line in told:
        stars, words = dice.choice(SAID)
        with transaction():
            review = reviews.write(
                line.id,
                group_id=line.group_id,
                stars=stars,
                words=words,
                by=line.person_id,
                now=line.at + DAY,
            )
            if stars < max(SAID)[0]:
                reviews.reply(
                    review.code,
                    ikm_id=line.ikm_id,
                    words=ANSWER,
                    by=line.owner,
                    now=line.at + 2 * DAY,
                )
    return len(told)


def _received() -> list[Any]:
    """Every line of a completed order, who bought it, who made it, and when the order was over."""
    rows = db.session.execute(
        select(
            OrderLine.id,
            Order.group_id,
            Order.ikm_id,
            OrderGroup.person_id,
            func.min(Membership.person_id).label("owner"),
            func.max(OrderEvent.at).label("at"),
        )
        .join(Order, Order.id == OrderLine.order_id)
        .join(OrderGroup, OrderGroup.id == Order.group_id)
        .join(OrderEvent, OrderEvent.order_id == Order.id)
        .join(Membership, Membership.ikm_id == Order.ikm_id)
        .where(Order.state == OrderState.COMPLETED)
        .group_by(OrderLine.id, Order.group_id, Order.ikm_id, OrderGroup.person_id)
        .order_by("at", OrderLine.id)
    ).all()
    db.session.rollback()
    return list(rows)
