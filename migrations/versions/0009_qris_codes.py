"""qris codes

Which QRIS code holds from when on; a row for every change, never changed itself.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "qris_code",
        sa.Column("id", BIG, nullable=False),
        sa.Column("ikm_id", BIG, nullable=True),
        sa.Column("payload", sa.String(length=512), nullable=False),
        sa.Column("merchant", sa.String(length=99), nullable=False),
        sa.Column("city", sa.String(length=99), nullable=False),
        sa.Column("with_amount", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", BIG, nullable=True),
        sa.ForeignKeyConstraint(["ikm_id"], ["ikm.id"], name=op.f("fk_qris_code_ikm_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qris_code")),
    )
    op.create_index("ix_qris_code_since", "qris_code", ["ikm_id", "since", "id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER qris_code_guard BEFORE UPDATE OR DELETE ON qris_code "
            "FOR EACH ROW EXECUTE FUNCTION only_written_at_the_end()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER qris_code_guard_{act.lower()} BEFORE {act} ON qris_code "
            "BEGIN SELECT RAISE(ABORT, 'qris_code is only written at the end'); END"
        )


def downgrade() -> None:
    op.drop_table("qris_code")
