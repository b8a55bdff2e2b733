"""open alarms

The desk counts the alarms nobody has settled; settled ones stay for ever and are not read through.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

OPEN = sa.text("settled_at IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_alarm_open", "alarm", ["raised_at"], sqlite_where=OPEN, postgresql_where=OPEN
    )


def downgrade() -> None:
    op.drop_index("ix_alarm_open", table_name="alarm")
