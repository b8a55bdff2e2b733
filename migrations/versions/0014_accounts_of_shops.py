"""accounts of shops

Where each shop wants its money, and the figures that somebody decided. What an account says is
never changed, and a decision is only written at the end: the database refuses, whoever asks.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
SAYS = "code, ikm_id, way, bank, number, tail, holder, replaces, made_by, made_at, usable_from"
REFUSAL = "an account is never changed, only replaced"


def upgrade() -> None:
    op.create_table(
        "rule_row",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("value", BIG, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(300), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", BIG, nullable=False),
        sa.CheckConstraint("value >= 0", name=op.f("ck_rule_row_not_negative")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_rule_row_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_row")),
    )
    op.create_index("ix_rule_row_code", "rule_row", ["code", "starts_on", "id"])
    op.create_table(
        "payout_account",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(10), nullable=False),
        sa.Column("ikm_id", BIG, nullable=False),
        sa.Column("way", sa.String(12), nullable=False),
        sa.Column("bank", sa.String(20), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("tail", sa.String(4), nullable=False),
        sa.Column("holder", sa.String(70), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("replaces", BIG, nullable=True),
        sa.Column("made_by", BIG, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("usable_from", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("usable_from >= made_at", name=op.f("ck_payout_account_waits")),
        sa.ForeignKeyConstraint(["ikm_id"], ["ikm.id"], name=op.f("fk_payout_account_ikm_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_payout_account_made_by")),
        sa.ForeignKeyConstraint(
            ["replaces"], ["payout_account.id"], name=op.f("fk_payout_account_replaces")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_account")),
        sa.UniqueConstraint("code", name=op.f("uq_payout_account_code")),
    )
    op.create_index("ix_payout_account_ikm_id", "payout_account", ["ikm_id", "id"])
    op.create_index(
        "uq_payout_account_current",
        "payout_account",
        ["ikm_id"],
        unique=True,
        sqlite_where=sa.text("state = 'current'"),
        postgresql_where=sa.text("state = 'current'"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER rule_row_guard BEFORE UPDATE OR DELETE ON rule_row "
            "FOR EACH ROW EXECUTE FUNCTION only_written_at_the_end()"
        )
        op.execute(
            "CREATE FUNCTION an_account_is_replaced() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN RAISE EXCEPTION '{REFUSAL}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        for act in (f"UPDATE OF {SAYS}", "DELETE"):
            op.execute(
                f"CREATE TRIGGER payout_account_guard_{act.split()[0].lower()} BEFORE {act} "
                "ON payout_account FOR EACH ROW EXECUTE FUNCTION an_account_is_replaced()"
            )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER rule_row_guard_{act.lower()} BEFORE {act} ON rule_row "
            "BEGIN SELECT RAISE(ABORT, 'rule_row is only written at the end'); END"
        )
    for act in (f"UPDATE OF {SAYS}", "DELETE"):
        op.execute(
            f"CREATE TRIGGER payout_account_guard_{act.split()[0].lower()} BEFORE {act} "
            f"ON payout_account BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def downgrade() -> None:
    op.drop_table("payout_account")
    op.drop_table("rule_row")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION an_account_is_replaced()")
