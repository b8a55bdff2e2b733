"""parcels

An order may travel in several parcels, and pieces of it may be cancelled: each piece of a sold line is
packed once or cancelled once, and the database refuses more. What was packed or cancelled whole until
now is written down as if it had lived with parcels.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EACH_ONCE = "packed >= 0 AND cancelled >= 0 AND packed + cancelled <= quantity"
PAID = "EXISTS (SELECT 1 FROM payment p WHERE p.group_id = o.group_id AND p.counts)"


def upgrade() -> None:
    with op.batch_alter_table("order_line") as table:
        for name in ("packed", "cancelled"):
            table.add_column(
                sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text("0"))
            )
        table.create_check_constraint(op.f("ck_order_line_each_once"), EACH_ONCE)
    op.add_column(
        "shop_order",
        sa.Column("parcels", sa.SmallInteger(), nullable=False, server_default=sa.text("0")),
    )
    op.create_table(
        "parcel",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("courier", sa.String(40), nullable=False),
        sa.Column("tracking", sa.String(40), nullable=False),
        sa.Column("packed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True)),
        sa.Column("received_at", sa.DateTime(timezone=True)),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("number > 0", name=op.f("ck_parcel_counted_from_one")),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_parcel_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcel")),
        sa.UniqueConstraint("order_id", "number", name=op.f("uq_parcel_order_id_number")),
    )
    op.create_table(
        "parcel_line",
        sa.Column("parcel_id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_parcel_line_some")),
        sa.ForeignKeyConstraint(
            ["line_id"], ["order_line.id"], name=op.f("fk_parcel_line_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["parcel_id"], ["parcel.id"], name=op.f("fk_parcel_line_parcel_id")
        ),
        sa.PrimaryKeyConstraint("parcel_id", "line_id", name=op.f("pk_parcel_line")),
    )
    op.create_index("ix_parcel_line_line_id", "parcel_line", ["line_id"])
    for statement in past():
        op.execute(statement)


def past() -> tuple[str, ...]:
    """Each order that was packed has one parcel with all of it; a cancelled one has none."""

    def first(*whats: str) -> str:
        names = ", ".join(f"'{what}'" for what in whats)
        return (
            f"(SELECT min(e.at) FROM order_event e WHERE e.order_id = o.id AND e.what IN ({names}))"
        )

    sent = "CASE WHEN o.parcel IN ('shipped', 'received') AND NOT o.pickup THEN o.{} ELSE '' END"
    left = f"coalesce({first('shipped', 'ready')}, o.created_at)"
    there = f"coalesce({first('handed_over', 'received', 'completed')}, {left})"
    return (
        "UPDATE shop_order SET parcel = 'open' WHERE state = 'cancelled' AND parcel <> 'open'",
        "INSERT INTO parcel (order_id, number, state, courier, tracking, packed_at, left_at, "
        "received_at, confirmed_at) "
        f"SELECT o.id, 1, o.parcel, {sent.format('courier')}, {sent.format('tracking')}, "
        f"coalesce({first('packed')}, o.created_at), "
        f"CASE WHEN o.parcel <> 'packed' THEN {left} END, "
        f"CASE WHEN o.parcel = 'received' THEN {there} END, {first('received')} "
        "FROM shop_order o WHERE o.parcel <> 'open'",
        "INSERT INTO parcel_line (parcel_id, line_id, quantity) SELECT p.id, l.id, l.quantity "
        "FROM parcel p JOIN order_line l ON l.order_id = p.order_id",
        "UPDATE order_line SET packed = quantity "
        "WHERE EXISTS (SELECT 1 FROM parcel p WHERE p.order_id = order_line.order_id)",
        "UPDATE shop_order SET parcels = 1 WHERE parcel <> 'open'",
        "UPDATE order_line SET cancelled = quantity WHERE EXISTS (SELECT 1 FROM shop_order o "
        f"WHERE o.id = order_line.order_id AND o.state = 'cancelled' AND {PAID})",
    )


def downgrade() -> None:
    op.execute("UPDATE shop_order SET parcel = 'open' WHERE parcel = 'partly'")
    op.execute("UPDATE shop_order SET parcel = 'packed' WHERE parcel = 'next'")
    op.drop_table("parcel_line")
    op.drop_table("parcel")
    op.drop_column("shop_order", "parcels")
    with op.batch_alter_table("order_line") as table:
        table.drop_constraint(op.f("ck_order_line_each_once"), type_="check")
        for name in ("packed", "cancelled"):
            table.drop_column(name)
