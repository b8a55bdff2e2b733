"""promised money

Holds on cards, cards kept for later, and charges with the buyer away, each with its key before
anybody is called. Payments are found by the provider's name of their charge.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
LIVE_HOLD = "state IN ('asked', 'open', 'held', 'captured')"
LIVE_CHARGE = "state IN ('asked', 'processing', 'needs_action', 'paid')"


def upgrade() -> None:
    _holds()
    _kept_cards()
    _charges()
    op.create_index("ix_payment_charge", "payment", ["charge_reference"])


def _holds() -> None:
    op.create_table(
        "card_hold",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("purpose", sa.String(length=80), nullable=False),
        sa.Column("provider", sa.String(length=12), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("captured", BIG, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("page", sa.String(length=120), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("payment_reference", sa.String(length=120), nullable=True),
        sa.Column("capture_before", MOMENT, nullable=True),
        sa.Column("wish", sa.String(length=10), nullable=False),
        sa.Column("wish_amount", BIG, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("touched_at", MOMENT, nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_card_hold_positive")),
        sa.CheckConstraint(
            "captured BETWEEN 0 AND amount", name=op.f("ck_card_hold_never_more_than_held")
        ),
        sa.CheckConstraint(
            "wish_amount BETWEEN 0 AND amount", name=op.f("ck_card_hold_wish_within")
        ),
        sa.CheckConstraint(
            "(state = 'captured') = (captured > 0)", name=op.f("ck_card_hold_captured_is_money")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_hold")),
        sa.UniqueConstraint("code", name=op.f("uq_card_hold_code")),
        sa.UniqueConstraint("key", name=op.f("uq_card_hold_key")),
        sa.UniqueConstraint("provider", "livemode", "page", name="uq_card_hold_page"),
        sa.UniqueConstraint(
            "provider", "livemode", "payment_reference", name="uq_card_hold_payment"
        ),
    )
    op.create_index("ix_card_hold_state", "card_hold", ["state", "touched_at"])
    _one_alive("uq_card_hold_purpose", "card_hold", LIVE_HOLD)


def _kept_cards() -> None:
    op.create_table(
        "kept_card",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("purpose", sa.String(length=80), nullable=False),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("provider", sa.String(length=12), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("page", sa.String(length=120), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("card", sa.String(length=255), nullable=True),
        sa.Column("brand", sa.String(length=20), nullable=False),
        sa.Column("last4", sa.String(length=4), nullable=False),
        sa.Column("expires", sa.String(length=7), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("touched_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_kept_card_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_card")),
        sa.UniqueConstraint("code", name=op.f("uq_kept_card_code")),
        sa.UniqueConstraint("key", name=op.f("uq_kept_card_key")),
        sa.UniqueConstraint("provider", "livemode", "page", name="uq_kept_card_page"),
    )
    op.create_index(op.f("ix_kept_card_purpose"), "kept_card", ["purpose"])
    op.create_index(op.f("ix_kept_card_person_id"), "kept_card", ["person_id"])
    op.create_index("ix_kept_card_state", "kept_card", ["state", "touched_at"])


def _charges() -> None:
    op.create_table(
        "card_charge",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("kept_card_id", BIG, nullable=False),
        sa.Column("purpose", sa.String(length=80), nullable=False),
        sa.Column("provider", sa.String(length=12), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=14), nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("description", sa.String(length=120), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("stop_wished", sa.Boolean(), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=True),
        sa.Column("why", sa.String(length=80), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("touched_at", MOMENT, nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_card_charge_positive")),
        sa.ForeignKeyConstraint(
            ["kept_card_id"], ["kept_card.id"], name=op.f("fk_card_charge_kept_card_id_kept_card")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_charge")),
        sa.UniqueConstraint("code", name=op.f("uq_card_charge_code")),
        sa.UniqueConstraint("key", name=op.f("uq_card_charge_key")),
        sa.UniqueConstraint("purpose", "attempt", name="uq_card_charge_attempt"),
        sa.UniqueConstraint("provider", "livemode", "reference", name="uq_card_charge_reference"),
    )
    op.create_index(op.f("ix_card_charge_kept_card_id"), "card_charge", ["kept_card_id"])
    op.create_index("ix_card_charge_state", "card_charge", ["state", "touched_at"])
    _one_alive("uq_card_charge_purpose", "card_charge", LIVE_CHARGE)


def _one_alive(name: str, table: str, alive: str) -> None:
    op.create_index(
        name,
        table,
        ["purpose"],
        unique=True,
        sqlite_where=sa.text(alive),
        postgresql_where=sa.text(alive),
    )


def downgrade() -> None:
    op.drop_index("ix_payment_charge", table_name="payment")
    op.drop_table("card_charge")
    op.drop_table("kept_card")
    op.drop_table("card_hold")
