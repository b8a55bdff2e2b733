"""back office

What the desk asks by is looked up in an index, and a book says which letters were sent about an
order. The index of amounts on our own account becomes one of all amounts.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OURS = "provider IN ('transfer', 'qris')"
BOOK = "sent_letter"


def upgrade() -> None:
    op.create_table(
        BOOK,
        sa.Column("id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("about", sa.String(80), nullable=False),
        sa.Column("reader", sa.String(10), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{BOOK}")),
    )
    op.create_index(f"ix_{BOOK}_about", BOOK, ["about", "id"])
    op.create_index("ix_order_group_email", "order_group", ["email"])
    op.create_index("ix_order_group_phone", "order_group", ["phone"])
    op.create_index(
        "ix_order_group_recipient",
        "order_group",
        ["recipient"],
        postgresql_ops={"recipient": "text_pattern_ops"},
    )
    op.drop_index("ix_payment_on_our_account", table_name="payment")
    op.create_index("ix_payment_amount", "payment", ["amount"])
    op.create_index("ix_refund_reference", "refund", ["reference"])
    op.create_index("ix_refund_amount", "refund", ["amount"])
    op.create_index("ix_provider_message_object", "provider_message", ["object_reference"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {BOOK}_guard BEFORE UPDATE OR DELETE ON {BOOK} "
            "FOR EACH ROW EXECUTE FUNCTION only_written_at_the_end()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {BOOK}_guard_{act.lower()} BEFORE {act} ON {BOOK} "
            f"BEGIN SELECT RAISE(ABORT, '{BOOK} is only written at the end'); END"
        )


def downgrade() -> None:
    op.drop_index("ix_provider_message_object", table_name="provider_message")
    op.drop_index("ix_refund_amount", table_name="refund")
    op.drop_index("ix_refund_reference", table_name="refund")
    op.drop_index("ix_payment_amount", table_name="payment")
    op.create_index(
        "ix_payment_on_our_account",
        "payment",
        ["amount"],
        sqlite_where=sa.text(OURS),
        postgresql_where=sa.text(OURS),
    )
    for name in ("recipient", "phone", "email"):
        op.drop_index(f"ix_order_group_{name}", table_name="order_group")
    op.drop_table(BOOK)
