"""book of stock

Every line of the book of moves gets its number and the pieces there are after it, and a variant
points at its last line: a transaction that changes `on_hand` without a line, or writes a line without
changing it, cannot be committed. What stood on a shelf without a line is written down as its opening.

Run it while nothing is sold: the version before this one writes lines without numbers.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SIGNS = (
    "(kind IN ('opening', 'received', 'returned') AND quantity > 0) "
    "OR (kind IN ('sold', 'damaged') AND quantity < 0) "
    "OR (kind = 'adjusted' AND quantity <> 0) OR kind = 'counted'"
)
OPENINGS = """
    INSERT INTO stock_move (variant_id, at, kind, quantity)
    SELECT v.id,
        coalesce((SELECT min(m.at) FROM stock_move m WHERE m.variant_id = v.id), p.created_at),
        CASE WHEN v.unsaid > 0 THEN 'opening' ELSE 'adjusted' END, v.unsaid
    FROM (SELECT id, product_id, on_hand - coalesce(
        (SELECT sum(m.quantity) FROM stock_move m WHERE m.variant_id = variant.id), 0) AS unsaid
        FROM variant) v
    JOIN product p ON p.id = v.product_id WHERE v.unsaid <> 0"""
NUMBERS = """
    UPDATE stock_move SET number = told.number, after = told.after
    FROM (SELECT id, row_number() OVER book AS number, sum(quantity) OVER book AS after
        FROM stock_move WINDOW book AS (PARTITION BY variant_id
        ORDER BY CASE kind WHEN 'opening' THEN 0 ELSE 1 END, id)) told
    WHERE told.id = stock_move.id"""
LAST = """
    UPDATE variant SET moves =
    (SELECT max(number) FROM stock_move WHERE stock_move.variant_id = variant.id)"""
BEFORE = (
    "(CASE new.number WHEN 1 THEN 0 ELSE (SELECT last.after FROM stock_move last "
    "WHERE last.variant_id = new.variant_id AND last.number = new.number - 1) END)"
)


def upgrade() -> None:
    _unguard()
    with op.batch_alter_table("stock_move") as table:
        table.add_column(sa.Column("number", sa.Integer()))
        table.add_column(sa.Column("after", sa.Integer()))
        table.add_column(sa.Column("reason", sa.String(200), nullable=False, server_default=""))
        table.add_column(sa.Column("key", sa.String(40)))
    op.add_column("variant", sa.Column("moves", sa.Integer()))
    for statement in (OPENINGS, NUMBERS, LAST):
        op.execute(statement)
    with op.batch_alter_table("stock_move") as table:
        table.alter_column("number", existing_type=sa.Integer(), nullable=False)
        table.alter_column("after", existing_type=sa.Integer(), nullable=False)
        table.create_unique_constraint("uq_stock_move_variant_id_number", ["variant_id", "number"])
        table.create_unique_constraint(
            "uq_stock_move_variant_id_number_after", ["variant_id", "number", "after"]
        )
        table.create_unique_constraint("uq_stock_move_key", ["key"])
        table.create_check_constraint(op.f("ck_stock_move_sign_of_its_kind"), SIGNS)
        table.drop_index("ix_stock_move_variant_id")
        table.create_index("ix_stock_move_order", ["order_code"])
    with op.batch_alter_table("variant") as table:
        table.create_foreign_key(
            "fk_variant_book",
            "stock_move",
            ["id", "moves", "on_hand"],
            ["variant_id", "number", "after"],
            deferrable=True,
            initially="DEFERRED",
        )
        table.create_check_constraint(
            op.f("ck_variant_empty_without_book"), "moves IS NOT NULL OR on_hand = 0"
        )
    _guard()
    _follow()


def downgrade() -> None:
    _unguard()
    if _postgresql():
        op.execute("DROP TRIGGER stock_move_follows ON stock_move")
        op.execute("DROP FUNCTION stock_move_follows()")
    with op.batch_alter_table("variant") as table:
        table.drop_constraint(op.f("ck_variant_empty_without_book"), type_="check")
        table.drop_constraint("fk_variant_book", type_="foreignkey")
        table.drop_column("moves")
    with op.batch_alter_table("stock_move") as table:
        table.drop_constraint(op.f("ck_stock_move_sign_of_its_kind"), type_="check")
        for name in ("variant_id_number", "variant_id_number_after", "key"):
            table.drop_constraint(f"uq_stock_move_{name}", type_="unique")
        for name in ("number", "after", "reason", "key"):
            table.drop_column(name)
        table.drop_index("ix_stock_move_order")
        table.create_index("ix_stock_move_variant_id", ["variant_id"])
    _guard()


def _postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")


def _unguard() -> None:
    if _postgresql():
        op.execute("DROP TRIGGER stock_move_guard ON stock_move")
        return
    for act in ("update", "delete"):
        op.execute(f"DROP TRIGGER stock_move_guard_{act}")


def _guard() -> None:
    """As in 0002: the book is only written at the end."""
    if _postgresql():
        op.execute(
            "CREATE TRIGGER stock_move_guard BEFORE UPDATE OR DELETE ON stock_move "
            "FOR EACH ROW EXECUTE FUNCTION only_written_at_the_end()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER stock_move_guard_{act.lower()} BEFORE {act} ON stock_move "
            "BEGIN SELECT RAISE(ABORT, 'stock_move is only written at the end'); END"
        )


def _follow() -> None:
    """A line follows the one before it, without a gap and without a mistake in adding up."""
    if _postgresql():
        op.execute(
            "CREATE FUNCTION stock_move_follows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF new.after IS DISTINCT FROM new.quantity + {BEFORE} THEN "
            "RAISE EXCEPTION 'stock_move does not follow the line before it' "
            "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN new; END $$"
        )
        op.execute(
            "CREATE TRIGGER stock_move_follows BEFORE INSERT ON stock_move "
            "FOR EACH ROW EXECUTE FUNCTION stock_move_follows()"
        )
        return
    op.execute(
        "CREATE TRIGGER stock_move_follows BEFORE INSERT ON stock_move "
        f"WHEN new.after IS NOT new.quantity + {BEFORE} "
        "BEGIN SELECT RAISE(ABORT, 'stock_move does not follow the line before it'); END"
    )
