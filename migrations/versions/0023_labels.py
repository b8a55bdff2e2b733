"""labels

What makers write for the labels of their packaging, kept for the next print.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "product_label",
        sa.Column("product_id", BIG, autoincrement=False, nullable=False),
        sa.Column("paper", sa.String(12), nullable=False),
        sa.Column("look", sa.String(12), nullable=False),
        sa.Column("ingredients", sa.Text(), nullable=False),
        sa.Column("permit", sa.String(20), nullable=False),
        sa.Column("halal", sa.String(30), nullable=False),
        sa.Column("care", sa.String(200), nullable=False),
        sa.Column("story", sa.String(280), nullable=False),
        sa.Column("batch", sa.String(30), nullable=False),
        sa.Column("best_before", sa.Date()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_label_product_id")
        ),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_product_label")),
    )
    op.create_table(
        "label_size",
        sa.Column("variant_id", BIG, autoincrement=False, nullable=False),
        sa.Column("net", sa.String(30), nullable=False),
        sa.Column("ean", sa.String(13), nullable=False),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variant.id"], name=op.f("fk_label_size_variant_id")
        ),
        sa.PrimaryKeyConstraint("variant_id", name=op.f("pk_label_size")),
    )


def downgrade() -> None:
    op.drop_table("label_size")
    op.drop_table("product_label")
