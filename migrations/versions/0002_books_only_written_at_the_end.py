"""books only written at the end

History, its seals, prices, stock moves and order events are never changed or deleted: the database
itself refuses, whoever asks.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BOOKS = ("history", "history_seal", "price_change", "stock_move", "order_event")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION only_written_at_the_end() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION '% is only written at the end', TG_TABLE_NAME "
            "USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        for book in BOOKS:
            op.execute(
                f"CREATE TRIGGER {book}_guard BEFORE UPDATE OR DELETE ON {book} "
                "FOR EACH ROW EXECUTE FUNCTION only_written_at_the_end()"
            )
        return
    for book in BOOKS:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {book}_guard_{act.lower()} BEFORE {act} ON {book} "
                f"BEGIN SELECT RAISE(ABORT, '{book} is only written at the end'); END"
            )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for book in BOOKS:
            op.execute(f"DROP TRIGGER {book}_guard ON {book}")
        op.execute("DROP FUNCTION only_written_at_the_end()")
        return
    for book in BOOKS:
        for act in ("update", "delete"):
            op.execute(f"DROP TRIGGER {book}_guard_{act}")
