"""refund grants

What officers decide to give back, and which pieces. The database lets nobody change what was
granted.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BOOKS = ("refund_grant_line",)
GRANT = "refund_grant"
SAYS = (
    "code, order_id, payment_id, goods, postage, goodwill, amount, reason, two_persons, "
    "granted_by, granted_at"
)
REFUSAL = f"what a {GRANT} says is never changed"


def upgrade() -> None:
    op.create_table(
        GRANT,
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(10), nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("payment_id", BIG, nullable=False),
        sa.Column("goods", BIG, nullable=False),
        sa.Column("postage", BIG, nullable=False),
        sa.Column("goodwill", BIG, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("two_persons", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("granted_by", BIG, nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", BIG),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("refund_id", BIG),
        sa.CheckConstraint(
            "goods >= 0 AND postage >= 0 AND goodwill >= 0", name=op.f(f"ck_{GRANT}_not_negative")
        ),
        sa.CheckConstraint(
            "amount > 0 AND amount = goods + postage + goodwill", name=op.f(f"ck_{GRANT}_adds_up")
        ),
        sa.CheckConstraint(
            "(state = 'executed') = (refund_id IS NOT NULL)",
            name=op.f(f"ck_{GRANT}_executed_is_a_refund"),
        ),
        sa.CheckConstraint(
            "NOT two_persons OR state <> 'executed' OR ended_by <> granted_by",
            name=op.f(f"ck_{GRANT}_by_another_person"),
        ),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f(f"fk_{GRANT}_order_id")),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f(f"fk_{GRANT}_payment_id")
        ),
        sa.ForeignKeyConstraint(["granted_by"], ["person.id"], name=op.f(f"fk_{GRANT}_granted_by")),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f(f"fk_{GRANT}_ended_by")),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name=op.f(f"fk_{GRANT}_refund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{GRANT}")),
        sa.UniqueConstraint("code", name=op.f(f"uq_{GRANT}_code")),
        sa.UniqueConstraint("refund_id", name=op.f(f"uq_{GRANT}_refund_id")),
    )
    op.create_index(f"ix_{GRANT}_order_id", GRANT, ["order_id"])
    op.create_index(f"ix_{GRANT}_payment_id", GRANT, ["payment_id"])
    op.create_index(f"ix_{GRANT}_state", GRANT, ["state", "id"])
    _lines()
    _guards()


def _lines() -> None:
    table = "refund_grant_line"
    op.create_table(
        table,
        sa.Column("grant_id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("commission", BIG, nullable=False),
        sa.Column("commission_tax", BIG, nullable=False),
        sa.CheckConstraint("quantity > 0 AND amount >= 0", name=op.f(f"ck_{table}_some_pieces")),
        sa.CheckConstraint(
            "commission >= 0 AND commission_tax >= 0", name=op.f(f"ck_{table}_cut_not_negative")
        ),
        sa.ForeignKeyConstraint(["grant_id"], [f"{GRANT}.id"], name=op.f(f"fk_{table}_grant_id")),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f(f"fk_{table}_line_id")),
        sa.PrimaryKeyConstraint("grant_id", "line_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_line_id", table, ["line_id"])


def _guards() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for book in BOOKS:
            op.execute(
                f"CREATE TRIGGER {book}_guard BEFORE UPDATE OR DELETE ON {book} "
                "FOR EACH ROW EXECUTE FUNCTION only_written_at_the_end()"
            )
        op.execute(
            "CREATE FUNCTION a_grant_keeps_its_word() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN RAISE EXCEPTION '{REFUSAL}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        for act in (f"UPDATE OF {SAYS}", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {GRANT}_guard_{act.split()[0].lower()} BEFORE {act} ON {GRANT} "
                "FOR EACH ROW EXECUTE FUNCTION a_grant_keeps_its_word()"
            )
        return
    for book in BOOKS:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {book}_guard_{act.lower()} BEFORE {act} ON {book} "
                f"BEGIN SELECT RAISE(ABORT, '{book} is only written at the end'); END"
            )
    for act in (f"UPDATE OF {SAYS}", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {GRANT}_guard_{act.split()[0].lower()} BEFORE {act} ON {GRANT} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def downgrade() -> None:
    for table in ("refund_grant_line", GRANT):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION a_grant_keeps_its_word()")
