"""money of closed shops

What a shop that closed still has to come is held until an officer lets it go, with a reason.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLE = "payout_clearance"
COUNTS = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", BIG, nullable=False),
        sa.Column("ikm_id", BIG, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("by", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", BIG),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)", name=op.f(f"ck_{TABLE}_ended_by_somebody")
        ),
        sa.ForeignKeyConstraint(["ikm_id"], ["ikm.id"], name=op.f(f"fk_{TABLE}_ikm_id")),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f(f"fk_{TABLE}_by")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(
        f"uq_{TABLE}_ikm_id",
        TABLE,
        ["ikm_id"],
        unique=True,
        sqlite_where=COUNTS,
        postgresql_where=COUNTS,
    )


def downgrade() -> None:
    op.drop_table(TABLE)
