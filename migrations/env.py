"""Migrations run on SQLite and PostgreSQL, inside one transaction, with short waits for locks."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app
from sqlalchemy import Connection, text

from marketplace.accounts import models as accounts
from marketplace.catalog import models as catalog
from marketplace.catalog.labels import models as labels
from marketplace.core import history, jobs, letter_book, regions
from marketplace.core.db import Utc, db
from marketplace.makers import models as makers
from marketplace.orders import models as orders
from marketplace.orders.bank import models as bank
from marketplace.orders.cards import models as cards
from marketplace.orders.commission import models as commission
from marketplace.orders.disputes import models as disputes
from marketplace.orders.grants import models as grants
from marketplace.orders.ledger import models as ledger
from marketplace.orders.payouts import models as payouts
from marketplace.orders.qris import models as qris
from marketplace.orders.rule_rows import models as rule_rows
from marketplace.photos import models as photos

ROOMS = (
    accounts,
    bank,
    cards,
    catalog,
    commission,
    disputes,
    grants,
    history,
    jobs,
    labels,
    ledger,
    letter_book,
    makers,
    orders,
    payouts,
    photos,
    qris,
    regions,
    rule_rows,
)  # imported for their tables
target_metadata = db.metadata


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own types as what they are in the database, so that a migration stays true."""
    if kind == "type" and isinstance(item, Utc):
        return "sa.DateTime(timezone=True)"
    return False


def include_name(name: str | None, kind: str, _: Any) -> bool:
    """Leave alone what migrations make by hand: the tables and indexes of the searches."""
    return not (kind in ("table", "index") and (name or "").startswith("search_"))


def run() -> None:
    with current_app.app_context():
        engine = db.engine
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                _watch_foreign_keys(connection, False)  # tables are made anew to change them
            if engine.dialect.name == "postgresql":
                connection.execute(text("SET lock_timeout = '3s'"))
                connection.execute(text("SET statement_timeout = '10min'"))
                connection.commit()
            context.configure(
                connection=connection,
                target_metadata=target_metadata,
                render_item=render_item,
                include_name=include_name,
                render_as_batch=engine.dialect.name == "sqlite",
                compare_type=True,
            )
            with context.begin_transaction():
                context.run_migrations()
            if engine.dialect.name == "sqlite":
                _watch_foreign_keys(connection, True)


def _watch_foreign_keys(connection: Connection, on: bool) -> None:
    """Outside any transaction, as SQLite demands; nothing may point into the void afterwards."""
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")
    lost = driver.execute("PRAGMA foreign_key_check").fetchall() if on else []
    if lost:
        raise RuntimeError(f"rows point at nothing: {lost[:5]}")


run()
