"""Where the machine plays: one market, laid once and brought back before every example."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import time_machine
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select, text

from marketplace import outside as house_outside
from marketplace.adapters.breaker import Breaker
from marketplace.adapters.simulator_gateway import SimulatorGateway
from marketplace.adapters.stripe_gateway import StripeGateway
from marketplace.catalog import capacity, counts, shelves
from marketplace.catalog.models import Variant
from marketplace.core import clock
from marketplace.core.db import db, reading_engine
from marketplace.core.work import refuse_when_open, transaction
from marketplace.flows import daily
from marketplace.orders import postage
from marketplace.orders.bank import statements
from marketplace.orders.commission import rates
from marketplace.orders.commission.rules import Rate
from marketplace.orders.payouts import accounts
from marketplace.orders.payouts.accounts import Wish
from marketplace.orders.qris import codes
from marketplace.orders.qris import rules as qris
from tests import builders
from tests.conftest import KEPT
from tests.machine import model, things
from tests.machine.places import HORIZON, LEAD, PER_WEEK, Weeks
from tests.machine.promises import Promises
from tests.machine.purses import Place
from tests.orders import qris_codes
from tests.plugins.database import wants_postgres
from tests.stand_ins.stripe_simulator.beside import LineBeside, SimulatorBeside
from tests.stand_ins.stripe_spec import ValidatingClient

SECRET = "whsec_a_secret_for_tests"
MAKER = "acct_1CitraOfTheTests"  # the second shop, at Stripe
# price, weight, pieces; two of the first shop; those of the second can be fetched, and it makes
# the last two to order
THINGS = (
    (15_000, 400, 2),
    (85_500, 900, 6),
    (2_750_001, 1_500, 3),
    (99_999, 250, 9),
    (40_000, 300, 9),
    (119_999, 700, 5),
)
MADE_TO_ORDER = (4, 5)


@dataclass(slots=True)
class Stage:
    """The market with everybody in it."""

    app: Flask
    client: FlaskClient
    stripe: SimulatorBeside
    snapshot: Snapshot
    promises: Promises
    folder: Path
    shops: tuple[int, int]
    shop_codes: dict[int, str]
    variants: tuple[int, ...]
    citra: int
    officers: tuple[int, int]
    account_id: int
    quota: int
    made_to_order: frozenset[str]  # codes of products
    commits: int = 0
    examples: int = 0

    def begin(self) -> model.Model:
        """The market as it was laid, and what must be so in it."""
        self.snapshot.restore()
        for remembered in (shelves, counts, codes, rates, postage):
            remembered.forget()
        self.stripe.forget()
        self.stripe.account.open_account(name=MAKER)
        self.stripe.webhooks.held.clear()
        self._connect()
        self.commits = 0
        self.examples += 1
        return model.Model(
            {
                variant: things.Shelf(self.shops[place > 1], price, weight, pieces)
                for place, (variant, (price, weight, pieces)) in enumerate(
                    zip(self.variants, THINGS, strict=True)
                )
            },
            Weeks(frozenset(self.variants[place] for place in MADE_TO_ORDER)),
        )

    def _connect(self) -> None:
        """Stripe beside us with its document as judge, play money in a file of its own."""
        file = self.folder / "simulator.sqlite3"
        file.unlink(missing_ok=True)
        config = current_app.config["HOUSE"]
        stripe = StripeGateway(
            api_key="sk_test_of_the_tests",
            webhook_secrets=[SECRET],
            guard=refuse_when_open,
            api_base=self.stripe.url,
            http_client=ValidatingClient(LineBeside(self.stripe), answers=True),
            breaker=Breaker(ticks=lambda: clock.now().timestamp()),
        )
        play = SimulatorGateway(
            file, secret=config.secret_key, guard=refuse_when_open, base_url=config.base_url
        )
        known = house_outside.open_outside(config)
        both: Any = {"stripe": stripe, "simulator": play}
        house_outside._outside = replace(known, payments=both)

    def came(self) -> dict[str, int]:
        """Rupiah that really reached a provider, by payment."""
        there = {row["payment_code"]: row["amount"] // 100 for row in self.stripe.account.audit()}
        rows = self._played("SELECT payment_code, rupiah FROM checkouts WHERE side = 'paid'")
        return there | dict(rows)

    def played_net(self) -> int:
        """What the play-money provider still holds."""
        ((held,),) = self._played(
            """SELECT coalesce((SELECT sum(rupiah) FROM checkouts WHERE side = 'paid'), 0)
            - coalesce((SELECT sum(rupiah) FROM refunds), 0)
            - coalesce((SELECT sum(rupiah - returned) FROM transfers), 0)"""
        )
        return int(held)

    def places(self) -> dict[int, Place | None]:
        """Where the shops want their money."""
        long_ago = builders.NOON - timedelta(days=2)
        return {
            shop: Place(way, long_ago)
            for shop, way in zip(self.shops, ("bank", "stripe"), strict=True)
        }

    def out(self) -> set[str]:
        """Refunds of ours that Stripe has carried out, or is about to."""
        return {
            one["metadata"]["refund_code"]
            for one in self.stripe.account.refunds.values()
            if one["status"] in ("succeeded", "pending")
        }

    def carried(self) -> dict[str, tuple[int, int]]:
        """What providers have sent to the shops, and what came back, by the payout's code."""
        there = {
            one["metadata"]["payout_code"]: (one["amount"] // 100, one["amount_reversed"] // 100)
            for one in self.stripe.account.transfers.values()
        }
        rows = self._played("SELECT payout_code, rupiah, returned FROM transfers")
        return there | {code: (sent, back) for code, sent, back in rows}

    def _played(self, statement: str) -> list[Any]:
        connection = sqlite3.connect(self.folder / "simulator.sqlite3")
        try:
            return connection.execute(statement).fetchall()
        finally:
            connection.close()


@contextmanager
def stage(app: Flask, home: Path) -> Iterator[Stage]:
    """Lay the market two days before noon, so that its commission is in force."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(_fast_folder()))
        stack.enter_context(_careless(folder))
        with time_machine.travel(builders.NOON - timedelta(days=2), tick=False):
            market = _laid(app, folder)
            snapshot = Snapshot.take(home, folder)
        stack.callback(snapshot.forget)
        stripe = SimulatorBeside()
        stack.callback(stripe.webhooks.close)
        stripe.webhooks.register("http://127.0.0.1:9/unused", SECRET)
        stripe.webhooks.holding = True  # the play delivers them itself
        made = Stage(
            app, app.test_client(), stripe, snapshot, Promises(db.engine), folder, **market
        )

        def count(_: Any) -> None:
            made.commits += 1

        engine = db.engine
        event.listen(engine, "commit", count)
        stack.callback(event.remove, engine, "commit", count)
        yield made


def _laid(app: Flask, folder: Path) -> dict[str, Any]:
    now = clock.now()
    citra, eka, fajar = builders.person("Citra"), builders.staff(), builders.admin()
    first = builders.shop("Dapur Citra").id
    second = builders.shop("Batik Citra", pickup=True, address="Jalan Kaliurang 5").id
    with transaction():
        postage.load_starter()
        rate = Rate(
            basis_points=things.COMMISSION_BP,
            fixed=things.COMMISSION_FIXED,
            tax_bp=things.COMMISSION_TAX_BP,
            starts_on=(now + timedelta(days=1)).date(),
            verified=True,
        )
        rates.add(rate, place=1, reason="Permulaan", by=eka, now=now)
        account = statements.add_account("Bank Contoh", "1", by=eka, now=now)
        codes.put(qris.read(qris_codes.OURS), with_amount=False, by=eka, now=now)
        then = now - timedelta(days=10)
        at_bank = Wish("bank", "bri", "002101123456187", "Bu Citra")
        accounts.change(first, at_bank, by=citra, now=then)
        accounts.change(second, Wish("stripe", "", MAKER, "Bu Citra"), by=citra, now=then)
    daily.begin()
    variants, made_to_order = [], set()
    for place, (price, weight, pieces) in enumerate(THINGS):
        shop = db.session.get_one(builders.Ikm, (first, second)[place > 1])
        lead = LEAD.days if place in MADE_TO_ORDER else None
        made = builders.product(
            f"Barang {place}",
            shop=shop,
            price=price,
            weight_g=weight,
            stock=pieces,
            lead_days=lead,
        )
        if lead:
            made_to_order.add(made.code)
        found = select(Variant.id).where(Variant.product_id == made.id)
        variants.append(int(db.session.scalars(found).one()))
    with transaction():
        share = capacity.Wish("Batik tulis", PER_WEEK, HORIZON, frozenset(made_to_order))
        quota = capacity.save(second, None, share, now=now)
    shops = {shop: db.session.get_one(builders.Ikm, shop).code for shop in (first, second)}
    return {
        "shops": (first, second),
        "shop_codes": shops,
        "variants": tuple(variants),
        "citra": citra,
        "officers": (eka, fajar),
        "account_id": account,
        "quota": quota,
        "made_to_order": frozenset(made_to_order),
    }


# --- Fast, for a database that nobody needs tomorrow ----------------------------------------------


@contextmanager
def _fast_folder() -> Iterator[str]:
    memory = Path("/dev/shm")  # noqa: S108  # memory, where the system has it
    where = memory if memory.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="guyub-machine-", dir=where) as folder:
        yield folder


@contextmanager
def _careless(folder: Path) -> Iterator[None]:
    """SQLite need not wait for the disk here; crash tests are others' work."""
    engines: list[Engine] = [] if wants_postgres() else [db.engine, reading_engine()]

    def hurry(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    db.session.remove()
    db.engine.dispose()
    for engine in engines:
        event.listen(engine, "connect", hurry)
    try:
        yield
    finally:
        for engine in engines:
            event.remove(engine, "connect", hurry)


@dataclass(slots=True)
class Snapshot:
    """The market as it was laid: a file to copy, or on PostgreSQL tables beside the tables."""

    home: Path
    folder: Path
    statement: str = ""

    @classmethod
    def take(cls, home: Path, folder: Path) -> Snapshot:
        made = cls(home, folder)
        db.session.remove()
        if wants_postgres():
            made.statement = made._copy_tables()
        else:
            db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
            db.session.remove()
            db.engine.dispose()
            shutil.copyfile(home / "test.sqlite3", folder / "market.sqlite3")
        return made

    def restore(self) -> None:
        db.session.remove()
        if wants_postgres():
            with db.engine.connect() as connection:
                connection.exec_driver_sql(self.statement)
                connection.commit()
            return
        db.engine.dispose()
        for rest in self.home.glob("test.sqlite3-*"):
            rest.unlink()
        shutil.copyfile(self.folder / "market.sqlite3", self.home / "test.sqlite3")

    def forget(self) -> None:
        db.session.remove()
        if wants_postgres():
            with db.engine.connect() as connection, suppress(Exception):
                connection.exec_driver_sql("DROP SCHEMA laid CASCADE")
                connection.commit()

    def _copy_tables(self) -> str:
        """One statement that brings all rows back, without triggers and keys in the way."""
        with db.engine.connect() as connection:
            run = connection.exec_driver_sql
            names = run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").scalars()
            tables = sorted(set(names) - KEPT)
            run("CREATE SCHEMA laid")
            again = []
            for name in tables:
                run(f"CREATE TABLE laid.{name} AS TABLE {name}")
                again.append(f"DELETE FROM {name}")
                if run(f"SELECT count(*) FROM {name}").scalar():
                    columns = run(
                        f"""SELECT string_agg(quote_ident(column_name), ', ')
                        FROM information_schema.columns WHERE table_schema = 'public'
                        AND table_name = '{name}' AND is_generated = 'NEVER'"""
                    ).scalar()
                    again.append(
                        f"INSERT INTO {name} ({columns}) SELECT {columns} FROM laid.{name}"
                    )
            connection.commit()
        return "; ".join(["SET LOCAL session_replication_role = replica", *again])
