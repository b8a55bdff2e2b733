"""changed reviews

A review that its writer changes after an officer judged it is looked at again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

WAITS = sa.text("changed_since IS NOT NULL")


def upgrade() -> None:
    op.add_column("review", sa.Column("changed_since", sa.DateTime(timezone=True)))
    op.create_index(
        "ix_review_changed",
        "review",
        ["changed_since"],
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    )


def downgrade() -> None:
    op.drop_index("ix_review_changed", "review")
    op.drop_column("review", "changed_since")
