"""refunds by other ways

What an officer sent from our bank for a provider, and what the buyer had from the card bank instead
of a refund. Until now the first was booked out of the provider's account, which still holds it: that
booking is taken back by its mirror, and booked out of the bank.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

BOOK = "ledger_entry"
COLUMNS = "at, fact, subject, debit, credit, amount, order_id, ikm_id, payment_id, reverses"
OUT_OF_CLEARING = """FROM ledger_entry e JOIN refund r ON e.subject = 'refund:' || r.code
    WHERE r.by_hand AND e.fact = 'refund_sent' AND e.credit <> 'bank'
    AND NOT EXISTS (SELECT 1 FROM ledger_entry x WHERE x.reverses = e.id)"""


def upgrade() -> None:
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE refund ADD COLUMN by_bank {number} DEFAULT 0 NOT NULL "
        "CONSTRAINT ck_refund_by_bank_at_most_all CHECK (by_bank BETWEEN 0 AND amount)"
    )
    op.add_column(
        "refund", sa.Column("by_hand", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    for statement in past():
        op.execute(statement)


def downgrade() -> None:
    op.drop_column("refund", "by_hand")
    op.drop_column("refund", "by_bank")


def past() -> list[str]:
    """What officers did before; an entry that is on the bank already is left alone."""
    return [
        """UPDATE refund SET by_hand = true WHERE state = 'done'
            AND payment_id IN (SELECT id FROM payment WHERE provider IN ('stripe', 'simulator'))
            AND EXISTS (SELECT 1 FROM history h WHERE h.act = 'refund.done'
                AND h.subject = 'refund:' || refund.code AND h.by IS NOT NULL)""",
        f"""INSERT INTO {BOOK} ({COLUMNS})
            SELECT e.at, 'refund_sent', e.subject || ':' || 'again', e.debit, 'bank', e.amount,
            e.order_id, e.ikm_id, e.payment_id, NULL {OUT_OF_CLEARING} ORDER BY e.id""",
        f"""INSERT INTO {BOOK} ({COLUMNS})
            SELECT e.at, 'reversed', 'entry:' || e.id, e.credit, e.debit, e.amount,
            e.order_id, e.ikm_id, e.payment_id, e.id {OUT_OF_CLEARING} ORDER BY e.id""",
    ]
