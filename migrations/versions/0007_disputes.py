"""disputes

Buyers who complain to their card's bank: one row for each dispute at the provider.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "dispute",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("payment_id", BIG, nullable=True),
        sa.Column("provider", sa.String(length=12), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("payment_reference", sa.String(length=120), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("evidence_due_by", MOMENT, nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("taken_at", MOMENT, nullable=True),
        sa.Column("returned_at", MOMENT, nullable=True),
        sa.Column("touched_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_dispute_positive")),
        sa.CheckConstraint(
            "returned_at IS NULL OR taken_at IS NOT NULL",
            name=op.f("ck_dispute_taken_before_returned"),
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_dispute_payment_id_payment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
        sa.UniqueConstraint("code", name=op.f("uq_dispute_code")),
        sa.UniqueConstraint("provider", "livemode", "reference", name="uq_dispute_reference"),
    )
    op.create_index(op.f("ix_dispute_payment_id"), "dispute", ["payment_id"])
    op.create_index("ix_dispute_due", "dispute", ["state", "evidence_due_by"])


def downgrade() -> None:
    op.drop_index("ix_dispute_due", table_name="dispute")
    op.drop_index(op.f("ix_dispute_payment_id"), table_name="dispute")
    op.drop_table("dispute")
