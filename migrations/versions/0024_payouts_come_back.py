"""payouts come back

An officer's word that a payout came back is kept until another officer agrees, or a line of the
bank's statement proves it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PROVED = (
    "back_by IS NULL OR back_receipt_id IS NOT NULL OR COALESCE(back_asked_by, back_by) <> back_by"
)
ASKED = sa.text("back_asked_by IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("payout") as table:
        table.add_column(sa.Column("back_asked_by", BIG))
        table.add_column(sa.Column("back_asked_at", sa.DateTime(timezone=True)))
        table.add_column(
            sa.Column("back_why", sa.String(200), nullable=False, server_default=sa.text("''"))
        )
        table.add_column(sa.Column("back_by", BIG))
        table.add_column(sa.Column("back_receipt_id", BIG))
        table.create_foreign_key(
            op.f("fk_payout_back_receipt_id"), "receipt", ["back_receipt_id"], ["id"]
        )
        table.create_unique_constraint(op.f("uq_payout_back_receipt_id"), ["back_receipt_id"])
        table.create_check_constraint(op.f("ck_payout_back_is_proved"), PROVED)
    op.create_index(
        "ix_payout_back_asked",
        "payout",
        ["back_asked_at"],
        sqlite_where=ASKED,
        postgresql_where=ASKED,
    )


def downgrade() -> None:
    op.drop_index("ix_payout_back_asked", "payout")
    with op.batch_alter_table("payout") as table:
        table.drop_constraint(op.f("ck_payout_back_is_proved"), type_="check")
        table.drop_constraint(op.f("uq_payout_back_receipt_id"), type_="unique")
        table.drop_constraint(op.f("fk_payout_back_receipt_id"), type_="foreignkey")
        for name in ("receipt_id", "by", "why", "asked_at", "asked_by"):
            table.drop_column(f"back_{name}")
