"""settlements

Lines of the bank that are what a payment provider paid out to us. A line counts as one once, and so
does a payout of the provider, unless it was taken back.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLE = "settlement"
COUNTS = sa.text("taken_back_at IS NULL")


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(10), nullable=False),
        sa.Column("receipt_id", BIG, nullable=False),
        sa.Column("provider", sa.String(20), nullable=False),
        sa.Column("reference", sa.String(60), nullable=False),
        sa.Column("gross", BIG, nullable=False),
        sa.Column("fee", BIG, nullable=False),
        sa.Column("net", BIG, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("by", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_by", BIG),
        sa.Column("taken_back_at", sa.DateTime(timezone=True)),
        sa.Column("taken_back_why", sa.String(200), nullable=False),
        sa.CheckConstraint(
            "net > 0 AND fee >= 0 AND gross = net + fee", name=op.f(f"ck_{TABLE}_adds_up")
        ),
        sa.CheckConstraint(
            "(taken_back_at IS NULL) = (taken_back_by IS NULL)",
            name=op.f(f"ck_{TABLE}_taken_back_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["receipt.id"], name=op.f(f"fk_{TABLE}_receipt_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("code", name=op.f(f"uq_{TABLE}_code")),
    )
    for name, columns in (("line", ["receipt_id"]), ("reference", ["provider", "reference"])):
        op.create_index(
            f"uq_{TABLE}_{name}",
            TABLE,
            columns,
            unique=True,
            sqlite_where=COUNTS,
            postgresql_where=COUNTS,
        )


def downgrade() -> None:
    op.drop_table(TABLE)
