"""ledger

One row, one whole booking; what the market keeps of a sale, frozen into its lines. Everything that
was paid, released and promised back before is booked from its rows, once: stop the old processes
before this, so that none of them moves money that the book does not see.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

CUTS = {
    "shop_order": ("commission", "commission_tax"),
    "order_line": ("commission_bp", "commission", "commission_tax"),
    "refund": ("commission", "commission_tax"),
}
BOOK = "ledger_entry"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NO_MIRROR = """new.reverses IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM ledger_entry wrong WHERE wrong.id = new.reverses AND wrong.reverses IS NULL
    AND wrong.debit = new.credit AND wrong.credit = new.debit AND wrong.amount = new.amount)"""
REFUSAL = "a reversal is the exact mirror of one booking"

MONEY = """CASE p.provider WHEN 'stripe' THEN 'clearing.stripe'
    WHEN 'simulator' THEN 'clearing.simulator' ELSE 'bank' END"""
PAID = "shop_order o JOIN payment p ON p.group_id = o.group_id AND p.counts"
BACK = "refund r JOIN payment p ON p.id = r.payment_id JOIN shop_order o ON o.id = r.order_id"
GOODS_BACK = "CASE WHEN r.amount < o.goods THEN r.amount ELSE o.goods END"
POSTAGE_BACK = """CASE WHEN r.amount < o.goods THEN 0 WHEN r.amount < o.total
    THEN r.amount - o.goods ELSE o.postage END"""
RELEASED_AT = """(SELECT max(e.at) FROM order_event e
    WHERE e.order_id = o.id AND e.what IN ('received', 'completed'))"""
# (rank, moment, fact, subject, debit, credit, amount, order, shop, payment, from where)
PAST = [
    (1, "p.paid_at", "goods_paid", "'order:' || o.code", MONEY, "'escrow'", "o.goods",
     "o.id", "o.ikm_id", "p.id", PAID),
    (2, "p.paid_at", "postage_paid", "'order:' || o.code", MONEY, "'shipping'", "o.postage",
     "o.id", "o.ikm_id", "p.id", PAID),
    (3, "p.paid_at", "unique_code_paid", "'payment:' || p.code", MONEY, "'unique_code'",
     "p.unique_code", "NULL", "NULL", "p.id", "payment p WHERE p.counts"),
    (4, "p.paid_at", "unclaimed_came", "'payment:' || p.code", MONEY, "'unclaimed'",
     "p.amount", "NULL", "NULL", "p.id", "payment p WHERE p.state = 'paid' AND NOT p.counts"),
    (5, RELEASED_AT, "goods_released", "'order:' || o.code", "'escrow'", "'payable'", "o.goods",
     "o.id", "o.ikm_id", "NULL", "shop_order o WHERE o.state = 'completed'"),
    (6, RELEASED_AT, "postage_released", "'order:' || o.code", "'shipping'", "'payable'",
     "o.postage", "o.id", "o.ikm_id", "NULL", "shop_order o WHERE o.state = 'completed'"),
    (7, "r.created_at", "goods_returned", "'refund:' || r.code", "'escrow'", "'refunds'",
     GOODS_BACK, "o.id", "o.ikm_id", "p.id", BACK),
    (8, "r.created_at", "postage_returned", "'refund:' || r.code", "'shipping'", "'refunds'",
     POSTAGE_BACK, "o.id", "o.ikm_id", "p.id", BACK),
    (9, "r.created_at", "unique_code_returned", "'refund:' || r.code", "'unique_code'",
     "'refunds'", "r.amount - o.total", "o.id", "o.ikm_id", "p.id", BACK),
    (10, "r.created_at", "unclaimed_returned", "'refund:' || r.code", "'unclaimed'", "'refunds'",
     "r.amount", "NULL", "NULL", "p.id",
     "refund r JOIN payment p ON p.id = r.payment_id WHERE r.order_id IS NULL"),
    (11, "r.done_at", "refund_sent", "'refund:' || r.code", "'refunds'", MONEY, "r.amount",
     "r.order_id", "NULL", "p.id",
     "refund r JOIN payment p ON p.id = r.payment_id WHERE r.state = 'done'"),
]  # fmt: skip


def upgrade() -> None:
    for table, columns in CUTS.items():
        for column in columns:
            kind = sa.Integer() if column.endswith("_bp") else BIG
            op.add_column(
                table, sa.Column(column, kind, nullable=False, server_default=sa.text("0"))
            )
    _make_the_book()
    _guard_it()
    op.execute(past())


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER {BOOK}_mirror ON {BOOK}")
        op.execute(f"DROP TRIGGER {BOOK}_guard ON {BOOK}")
        op.execute("DROP FUNCTION only_a_mirror_reverses()")
    op.drop_table(BOOK)
    for table, columns in CUTS.items():
        for column in columns:
            op.drop_column(table, column)


def past() -> str:
    """One statement that books what happened before; what is booked already is left alone."""
    parts = [
        f"SELECT {rank} AS rank, {at} AS at, '{fact}' AS fact, {subject} AS subject, "
        f"{debit} AS debit, {credit} AS credit, {amount} AS amount, CAST({order} AS BIGINT) "
        f"AS order_id, CAST({shop} AS BIGINT) AS ikm_id, CAST({payment} AS BIGINT) AS payment_id "
        f"FROM {source}"
        for rank, at, fact, subject, debit, credit, amount, order, shop, payment, source in PAST
    ]
    columns = "at, fact, subject, debit, credit, amount, order_id, ikm_id, payment_id"
    return (
        f"INSERT INTO {BOOK} ({columns}) SELECT {columns} FROM ({' UNION ALL '.join(parts)}) past "
        f"WHERE amount > 0 AND NOT EXISTS (SELECT 1 FROM {BOOK} known "
        "WHERE known.fact = past.fact AND known.subject = past.subject) "
        "ORDER BY at, rank, subject"
    )


def _make_the_book() -> None:
    op.create_table(
        BOOK,
        sa.Column("id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fact", sa.String(length=30), nullable=False),
        sa.Column("subject", sa.String(length=140), nullable=False),
        sa.Column("debit", sa.String(length=20), nullable=False),
        sa.Column("credit", sa.String(length=20), nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("ikm_id", BIG, nullable=True),
        sa.Column("payment_id", BIG, nullable=True),
        sa.Column("reverses", BIG, nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_ledger_entry_some_money")),
        sa.CheckConstraint("debit <> credit", name=op.f("ck_ledger_entry_from_one_to_another")),
        sa.ForeignKeyConstraint(["ikm_id"], ["ikm.id"], name=op.f("fk_ledger_entry_ikm_id")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["shop_order.id"], name=op.f("fk_ledger_entry_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_ledger_entry_payment_id")
        ),
        sa.ForeignKeyConstraint(
            ["reverses"], ["ledger_entry.id"], name=op.f("fk_ledger_entry_reverses")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("fact", "subject", name=op.f("uq_ledger_entry_fact_subject")),
        sa.UniqueConstraint("reverses", name=op.f("uq_ledger_entry_reverses")),
    )
    op.create_index("ix_ledger_entry_ikm", BOOK, ["ikm_id", "id"])
    op.create_index("ix_ledger_entry_order_id", BOOK, ["order_id"])
    op.create_index("ix_ledger_entry_payment_id", BOOK, ["payment_id"])


def _guard_it() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {BOOK}_guard BEFORE UPDATE OR DELETE ON {BOOK} "
            "FOR EACH ROW EXECUTE FUNCTION only_written_at_the_end()"
        )
        op.execute(
            "CREATE FUNCTION only_a_mirror_reverses() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN IF {NO_MIRROR} THEN RAISE EXCEPTION '{REFUSAL}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN new; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {BOOK}_mirror BEFORE INSERT ON {BOOK} "
            "FOR EACH ROW WHEN (new.reverses IS NOT NULL) EXECUTE FUNCTION only_a_mirror_reverses()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {BOOK}_guard_{act.lower()} BEFORE {act} ON {BOOK} "
            f"BEGIN SELECT RAISE(ABORT, '{BOOK} is only written at the end'); END"
        )
    op.execute(
        f"CREATE TRIGGER {BOOK}_mirror BEFORE INSERT ON {BOOK} WHEN {NO_MIRROR} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )
