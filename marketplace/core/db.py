"""The database: one base, honest types, the same promises on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    Connection,
    CursorResult,
    DateTime,
    Engine,
    Executable,
    Integer,
    MetaData,
    Row,
    create_engine,
    event,
    insert,
    select,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

from marketplace.core.errors import NotFound

# Every constraint has a name, so that a migration can find it again on both databases.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
BigId = BigInteger().with_variant(Integer(), "sqlite")  # only INTEGER counts up by itself there


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(
    model_class=Base, disable_autonaming=True, session_options={"expire_on_commit": False}
)


# For each engine the one that only reads: taking a connection out of its pool and putting it back
# costs nothing but that, while around a transaction they cost four times the read.
_readers: WeakKeyDictionary[Engine, Engine] = WeakKeyDictionary()


class Model(db.Model):  # type: ignore[name-defined,misc]
    """Base of every table."""

    __abstract__ = True


Row_ = TypeVar("Row_", bound=Model)


class Utc(TypeDecorator[datetime]):
    """An aware moment: kept in UTC, given back in UTC; a naive one is a mistake."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def primary_key() -> Any:
    """A bigint that the database counts up."""
    return mapped_column(BigId, primary_key=True)


def tune(engine: Engine, options: Mapping[str, Any]) -> None:
    """Make the engine keep its promises, and put one for single reads beside it.

    SQLite: write-ahead log, foreign keys, and writers that queue. The driver opens no transaction
    for a SELECT, so that read-check-write oversells; therefore BEGIN is ours, and a writing
    transaction begins IMMEDIATE (see `core.work.transaction`).
    """
    reader = create_engine(
        engine.url, isolation_level="AUTOCOMMIT", pool_reset_on_return=None, **options
    )
    _readers[engine] = reader
    event.listen(engine, "engine_disposed", lambda _: reader.dispose())
    if engine.dialect.name != "sqlite":
        return
    for one in (engine, reader):
        event.listen(one, "connect", _prepare_sqlite)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")


def read(statement: Executable, params: Mapping[str, Any] | None = None) -> Sequence[Row[Any]]:
    """Rows for a page: one statement without BEGIN and ROLLBACK around it.

    Inside an open transaction it reads through that, so that a use case sees its own writes.
    """
    if db.session.registry.has() and (session := db.session()).in_transaction():
        session.flush()
        return session.connection().execute(statement, params).all()
    with reading_engine().connect() as connection:
        return connection.execute(statement, params).all()


def read_one(statement: Executable, params: Mapping[str, Any] | None = None) -> Row[Any] | None:
    """The first row of `read`, or none."""
    rows = read(statement, params)
    return rows[0] if rows else None


def insert_rows(
    model: type[Any], rows: Sequence[Mapping[str, Any]], *, by: str = "id"
) -> dict[Any, int]:
    """Write many rows in one statement, however many they are; their ids by another column."""
    made = db.session.execute(_insert_returning(model.__table__, by), list(rows))
    return {row[0]: int(row[1]) for row in made}


@cache
def _insert_returning(table: Any, by: str) -> Executable:
    """Built once for each table, so that its compiled form is found at once."""
    return insert(table).returning(table.c[by], table.c.id)


def locked_row(model: type[Row_], code: str) -> Row_:
    """The row of this code as it stands now, locked to the end of the transaction, or NotFound."""
    found: Row_ | None = db.session.scalar(
        select(model)
        .where(cast(Any, model).code == code)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound()
    return found


def changed(statement: Executable) -> int:
    """Make a change in the open transaction and say how many rows it touched."""
    result = db.session.execute(statement)
    return result.rowcount if isinstance(result, CursorResult) else 0


def reading_engine() -> Engine:
    """The engine beside the application's, whose single statements commit themselves."""
    return _readers[db.engine]


def dialect() -> str:
    """ "sqlite" or "postgresql", for the few functions that only one of them can serve."""
    return db.engine.dialect.name
