"""waiting list

Who waits for a sold-out thing; a row is gone as soon as the waiting is over.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "waiting",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(10), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("variant_id", BIG, nullable=False),
        sa.Column("person_id", BIG),
        sa.Column("email", sa.String(254)),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hold_code", sa.String(12)),
        sa.Column("cart_id", BIG),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (email IS NULL)", name=op.f("ck_waiting_guest_or_person")
        ),
        sa.CheckConstraint(
            "(state = 'offered') = (hold_code IS NOT NULL)", name=op.f("ck_waiting_chance_is_held")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_waiting_person_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_waiting_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting")),
        sa.UniqueConstraint("code", name=op.f("uq_waiting_code")),
        sa.UniqueConstraint("hold_code", name=op.f("uq_waiting_hold_code")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_waiting_token_hash")),
        sa.UniqueConstraint(
            "variant_id", "person_id", name=op.f("uq_waiting_variant_id_person_id")
        ),
        sa.UniqueConstraint("variant_id", "email", name=op.f("uq_waiting_variant_id_email")),
    )
    op.create_index("ix_waiting_line", "waiting", ["variant_id", "state", "since", "id"])
    op.create_index("ix_waiting_due", "waiting", ["until"])
    op.create_index("ix_waiting_cart", "waiting", ["cart_id", "variant_id"])
    op.create_index("ix_waiting_person_id", "waiting", ["person_id"])


def downgrade() -> None:
    op.drop_table("waiting")
