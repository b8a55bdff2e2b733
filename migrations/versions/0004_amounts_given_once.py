"""amounts given once

An amount to send stays one buyer's for a fortnight, longer than any order waits. Amounts of the last
fortnight are taken over from the payments. QRIS lands on our own account as a transfer does, so the
guard of awaited amounts holds for both; the index takes the place of the one that knew transfers alone.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEPT = timedelta(days=14)
OURS = "provider IN ('transfer', 'qris')"
AWAITED = f"{OURS} AND state IN ('asked', 'open')"
BEFORE = "provider = 'transfer' AND state IN ('asked', 'open')"


def upgrade() -> None:
    given = op.create_table(
        "given_amount",
        sa.Column("amount", BIG, autoincrement=False, nullable=False),
        sa.Column("payment_code", sa.String(length=10), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_given_amount_positive")),
        sa.PrimaryKeyConstraint("amount", name=op.f("pk_given_amount")),
    )
    op.create_index(op.f("ix_given_amount_free_at"), "given_amount", ["free_at"])
    op.bulk_insert(given, _given_lately())
    op.create_index(
        "uq_payment_awaited_amount",
        "payment",
        ["amount"],
        unique=True,
        sqlite_where=sa.text(AWAITED),
        postgresql_where=sa.text(AWAITED),
    )
    op.create_index(
        "ix_payment_on_our_account",
        "payment",
        ["amount"],
        sqlite_where=sa.text(OURS),
        postgresql_where=sa.text(OURS),
    )
    op.drop_index("uq_payment_transfer_amount", table_name="payment")


def downgrade() -> None:
    op.create_index(
        "uq_payment_transfer_amount",
        "payment",
        ["amount"],
        unique=True,
        sqlite_where=sa.text(BEFORE),
        postgresql_where=sa.text(BEFORE),
    )
    op.drop_index("ix_payment_on_our_account", table_name="payment")
    op.drop_index("uq_payment_awaited_amount", table_name="payment")
    op.drop_index(op.f("ix_given_amount_free_at"), table_name="given_amount")
    op.drop_table("given_amount")


def _given_lately() -> list[dict[str, object]]:
    """Each amount of the last fortnight once; the youngest payment holds it."""
    payment = sa.table(
        "payment",
        sa.column("amount", sa.BigInteger()),
        sa.column("code", sa.String()),
        sa.column("provider", sa.String()),
        sa.column("created_at", sa.DateTime(timezone=True)),
    )
    rows = op.get_bind().execute(
        sa.select(payment.c.amount, payment.c.code, payment.c.created_at)
        .where(payment.c.provider == "transfer", payment.c.created_at > datetime.now(UTC) - KEPT)
        .order_by(payment.c.created_at)
    )
    held = {
        row.amount: {
            "amount": row.amount,
            "payment_code": row.code,
            "free_at": row.created_at + KEPT,
        }
        for row in rows
    }
    return list(held.values())
