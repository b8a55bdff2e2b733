"""Small markets for tests that use real processes: laid out once, copied for each test.

    with stall(folder) as made, made.market(folder / "one") as market:
        market.open()

The goods are laid in a process of its own (`python -m tests.services.stall`), so that the
application of the tests themselves is left alone.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from tests.books import Books
from tests.plugins.database import new_database, wants_postgres
from tests.services.market import ROOT, Market, market
from tests.services.nursery import born
from tests.services.postgres import Server

CITRA, PASSWORD = "citra@contoh.test", "kawung-truntum-ceplok"
STOCK = 50


@dataclass(frozen=True, slots=True)
class Goods:
    """What lies in the market: two shops of Citra, each with one product."""

    shops: list[str]
    pages: list[str]
    variants: list[int]


@dataclass(slots=True)
class Stall:
    """A laid market to copy from; `server` is where its databases stand, none for SQLite."""

    home: Path
    address: str
    goods: Goods
    server: Server | None
    copies: Iterator[int] = field(default_factory=lambda: count(1))

    @contextmanager
    def market(self, home: Path, **env: str) -> Iterator[Market]:
        """A copy of its own."""
        home.mkdir(parents=True)
        address = self._copy(home)
        try:
            with market(home, database=address, migrated=True, forked=True, **env) as made:
                yield made
        finally:
            if self.server is not None:
                self.server.drop_database(address.rpartition("/")[2])

    def _copy(self, home: Path) -> str:
        number = next(self.copies)
        if self.server is not None:
            name, template = f"copy_{number}_{os.getpid()}", self.address.rpartition("/")[2]
            return self.server.create_database(name, template=template)
        if self.address.startswith("postgresql"):
            return new_database(f"copy_{number}", template=self.address)
        shutil.copyfile(self.home / "guyub.sqlite3", home / "guyub.sqlite3")
        return f"sqlite:///{home / 'guyub.sqlite3'}"


@contextmanager
def stall(home: Path, *, server: Server | None = None) -> Iterator[Stall]:
    """Lay the goods in a new database: of `server`, of the test run's PostgreSQL, or SQLite."""
    home.mkdir(parents=True, exist_ok=True)
    address = f"sqlite:///{home / 'guyub.sqlite3'}"
    if server is not None:
        address = server.create_database(f"stall_{os.getpid()}")
    elif wants_postgres():
        address = new_database("stall")
    nursery = born(["-c", "pass"], {}, log=home / "nursery.log")  # reads while the goods are laid
    with market(home, database=address, APP_ENV="test") as made:
        said = subprocess.run(
            [sys.executable, "-m", "tests.services.stall"],
            cwd=ROOT,
            env=made.env,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout
    nursery.wait()
    yield Stall(home, address, Goods(**json.loads(said.splitlines()[-1])), server)


def lay_out() -> dict[str, Any]:
    """Two shops and their goods, a tariff, and somebody who can sign in to the shops."""
    from sqlalchemy import select, text

    from marketplace.accounts import passwords
    from marketplace.app import create_app
    from marketplace.catalog.models import Variant
    from marketplace.core.db import db
    from marketplace.core.work import transaction
    from marketplace.orders import postage
    from tests import builders

    with create_app().app_context():
        builders.reference_data()
        with transaction():
            postage.load_starter()
        citra = builders.person("Citra", password_hash=passwords.make_hash(PASSWORD))
        shops = [builders.shop(name, owner=citra) for name in ("Dapur Citra", "Batik Citra")]
        goods = [
            builders.product(name, shop=shop, price=price, stock=STOCK)
            for name, shop, price in zip(
                ("Keripik salak pondoh", "Kain batik kawung"), shops, (25_000, 185_000), strict=True
            )
        ]
        variants = [
            db.session.scalars(select(Variant.id).where(Variant.product_id == made.id)).one()
            for made in goods
        ]
        if db.engine.dialect.name == "sqlite":
            db.session.rollback()
            db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
            db.session.rollback()
        return {
            "shops": [shop.code for shop in shops],
            "pages": [f"/p/{made.slug}-{made.code}" for made in goods],
            "variants": variants,
        }


def books_of(market: Market) -> Books:
    """The books of a running market."""
    return Books(market.env["DATABASE_URL"])


if __name__ == "__main__":
    print(json.dumps(lay_out()))
