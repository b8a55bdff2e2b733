"""payouts

Runs, their payouts, and which booking each payout pays: a booking is in one payout at most, for
ever.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "payout_run",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(10), nullable=False),
        sa.Column("way", sa.String(12), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("total", BIG, nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("made_by", BIG, nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("first_by", BIG, nullable=True),
        sa.Column("first_digest", sa.String(64), nullable=True),
        sa.Column("released_by", BIG, nullable=True),
        sa.Column("released_at", MOMENT, nullable=True),
        sa.CheckConstraint("total > 0 AND pieces > 0", name=op.f("ck_payout_run_something")),
        sa.CheckConstraint(
            "first_by IS NULL OR released_by <> first_by", name=op.f("ck_payout_run_two_persons")
        ),
        sa.CheckConstraint(
            "(state = 'released') = (released_at IS NOT NULL)", name=op.f("ck_payout_run_released")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_run")),
        sa.UniqueConstraint("code", name=op.f("uq_payout_run_code")),
    )
    op.create_index("ix_payout_run_state", "payout_run", ["state", "id"])
    op.create_table(
        "payout",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(10), nullable=False),
        sa.Column("run_id", BIG, nullable=False),
        sa.Column("ikm_id", BIG, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("transfer", sa.String(120), nullable=True),
        sa.Column("reference", sa.String(120), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("paid_at", MOMENT, nullable=True),
        sa.Column("touched_at", MOMENT, nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payout_no_debt")),
        sa.ForeignKeyConstraint(["run_id"], ["payout_run.id"], name=op.f("fk_payout_run_id")),
        sa.ForeignKeyConstraint(["ikm_id"], ["ikm.id"], name=op.f("fk_payout_ikm_id")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["payout_account.id"], name=op.f("fk_payout_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout")),
        sa.UniqueConstraint("code", name=op.f("uq_payout_code")),
        sa.UniqueConstraint("key", name=op.f("uq_payout_key")),
        sa.UniqueConstraint("transfer", name=op.f("uq_payout_transfer")),
        sa.UniqueConstraint("run_id", "ikm_id", name=op.f("uq_payout_run_id_ikm_id")),
    )
    op.create_index("ix_payout_ikm_id", "payout", ["ikm_id", "id"])
    op.create_index("ix_payout_state", "payout", ["state", "id"])
    op.create_table(
        "payout_line",
        sa.Column("entry_id", BIG, autoincrement=False, nullable=False),
        sa.Column("payout_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entry.id"], name=op.f("fk_payout_line_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["payout_id"], ["payout.id"], name=op.f("fk_payout_line_payout_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_payout_line")),
    )
    op.create_index("ix_payout_line_payout_id", "payout_line", ["payout_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER payout_line_guard BEFORE UPDATE OR DELETE ON payout_line "
            "FOR EACH ROW EXECUTE FUNCTION only_written_at_the_end()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER payout_line_guard_{act.lower()} BEFORE {act} ON payout_line "
            "BEGIN SELECT RAISE(ABORT, 'payout_line is only written at the end'); END"
        )


def downgrade() -> None:
    op.drop_table("payout_line")
    op.drop_table("payout")
    op.drop_table("payout_run")
