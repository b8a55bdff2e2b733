"""commission

The ordered list of what the market keeps. A rate is never changed, only ended: the database lets
nobody touch what it says. A shop's bookings are found by their moment, as its pages and statements
show them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LIST = "commission_rate"
SAYS = (
    "ikm_id, sentra_id, category_id, basis_points, fixed, tax_bp, starts_on, source, verified, note"
)
REFUSAL = f"a {LIST} is never changed, only ended"


def upgrade() -> None:
    op.create_table(
        LIST,
        sa.Column("id", BIG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("ikm_id", BIG, nullable=True),
        sa.Column("sentra_id", BIG, nullable=True),
        sa.Column("category_id", BIG, nullable=True),
        sa.Column("basis_points", sa.Integer(), nullable=False),
        sa.Column("fixed", BIG, nullable=False),
        sa.Column("tax_bp", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_before", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", BIG, nullable=True),
        sa.CheckConstraint("basis_points BETWEEN 0 AND 10000", name=op.f(f"ck_{LIST}_share")),
        sa.CheckConstraint("tax_bp BETWEEN 0 AND 10000", name=op.f(f"ck_{LIST}_tax_share")),
        sa.CheckConstraint("fixed >= 0", name=op.f(f"ck_{LIST}_not_negative")),
        sa.CheckConstraint("tax_bp = 0 OR verified", name=op.f(f"ck_{LIST}_tax_with_a_source")),
        sa.CheckConstraint(
            "ends_before IS NULL OR ends_before >= starts_on", name=op.f(f"ck_{LIST}_days_in_order")
        ),
        sa.ForeignKeyConstraint(["ikm_id"], ["ikm.id"], name=op.f(f"fk_{LIST}_ikm_id")),
        sa.ForeignKeyConstraint(["sentra_id"], ["sentra.id"], name=op.f(f"fk_{LIST}_sentra_id")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f(f"fk_{LIST}_category_id")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f(f"fk_{LIST}_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{LIST}")),
    )
    _index_the_book("ikm_id", "at", "id")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION a_rate_only_ends() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN RAISE EXCEPTION '{REFUSAL}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        for act in (f"UPDATE OF {SAYS}", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {LIST}_guard_{act.split()[0].lower()} BEFORE {act} ON {LIST} "
                "FOR EACH ROW EXECUTE FUNCTION a_rate_only_ends()"
            )
        return
    for act in (f"UPDATE OF {SAYS}", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {LIST}_guard_{act.split()[0].lower()} BEFORE {act} ON {LIST} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def downgrade() -> None:
    _index_the_book("ikm_id", "id")
    op.drop_table(LIST)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION a_rate_only_ends()")


def _index_the_book(*columns: str) -> None:
    op.drop_index("ix_ledger_entry_ikm", table_name="ledger_entry")
    op.create_index("ix_ledger_entry_ikm", "ledger_entry", list(columns))
