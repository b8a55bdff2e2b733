"""The market in which the month is lived: shops with things, officers, and a provider beside it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import event

from bench.month.life import DAY, SECRET, SHOPS, THINGS, Month, rows
from marketplace import outside as house_outside
from marketplace.adapters.breaker import Breaker
from marketplace.adapters.stripe_gateway import StripeGateway
from marketplace.app import create_app
from marketplace.core import clock
from marketplace.core.db import db, reading_engine
from marketplace.core.work import refuse_when_open, transaction
from marketplace.flows import (
    payout_accounts,
)
from marketplace.orders import postage
from marketplace.orders.bank import statements
from marketplace.orders.commission import rates
from marketplace.orders.commission.rules import Rate
from marketplace.orders.payouts.accounts import Wish as AccountWish
from marketplace.orders.qris import codes
from marketplace.orders.qris import rules as qris
from tests import builders
from tests.orders import qris_codes
from tests.services.postgres import postgres
from tests.stand_ins.stripe_simulator.beside import LineBeside, SimulatorBeside


@contextmanager
def market(folder: Path, database: str) -> Iterator[tuple[Any, dict[str, str]]]:
    """An application on a fresh database, with the shops in it."""
    with ExitStack() as stack:
        address = f"sqlite:///{folder / 'month.sqlite3'}"
        if database == "postgresql":
            address = stack.enter_context(postgres()).create_database("month")
        environment = {
            "APP_ENV": "test",
            "INSTANCE": str(folder),
            "DATABASE_URL": address,
            "SECRET_KEY": "a-secret-of-the-month-only-0123456789",
            "BASE_URL": "http://localhost",
            "TRUSTED_HOSTS": "localhost",
        }
        app = create_app(environment)
        stack.enter_context(app.app_context())
        upgrade()
        builders.reference_data()
        db.session.remove()
        if database == "sqlite":  # nobody needs this database tomorrow
            for engine in (db.engine, reading_engine()):
                event.listen(engine, "connect", _carelessly)
            db.engine.dispose()
        yield app, environment
        db.session.remove()
        db.engine.dispose()


def _carelessly(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def lay(dice: random.Random, stripe: SimulatorBeside, travel: Any) -> Month:
    """Shops with things and bank accounts, a commission that is in force, officers."""
    now = clock.now()
    people = {name: builders.person(name) for name in ("Citra",)}
    people |= {"Eka": builders.staff(), "Fajar": builders.admin()}
    with transaction():
        postage.load_starter()
        rate = Rate(
            basis_points=500, fixed=100, tax_bp=1_100, verified=True,
            starts_on=(now + DAY).date(),
        )  # fmt: skip
        rates.add(rate, place=1, reason="Permulaan", by=people["Eka"], now=now)
        codes.put(qris.read(qris_codes.OURS), with_amount=False, by=people["Eka"], now=now)
        account = statements.add_account("Bank Contoh", "1", by=people["Eka"], now=now)
    for number in range(SHOPS):
        shop = builders.shop(f"Toko {number}")
        for thing in range(THINGS):
            builders.product(
                f"Barang {number} {thing}", shop=shop, stock=9_000,
                price=dice.randrange(8_000, 400_000), weight_g=dice.randrange(100, 3_000),
            )  # fmt: skip
        wish = AccountWish("bank", "bri", f"0021 0112 34{number:02} 187", "Bu Citra")
        payout_accounts.change(shop.id, wish, by=people["Citra"], now=now - 10 * DAY)
    postage.forget()
    rates.forget()
    codes.forget()
    things = [row.id for row in rows("SELECT id FROM variant ORDER BY id")]
    return Month(dice, stripe, travel, people, things, account)


def connect(stripe: SimulatorBeside) -> None:
    gateway = StripeGateway(
        api_key="sk_test_of_the_month",
        webhook_secrets=[SECRET],
        guard=refuse_when_open,
        api_base=stripe.url,
        http_client=LineBeside(stripe),
        breaker=Breaker(ticks=lambda: clock.now().timestamp()),
    )
    known = house_outside.outside()
    everybody: Any = {**known.payments, "stripe": gateway}
    house_outside._outside = replace(known, payments=everybody)
