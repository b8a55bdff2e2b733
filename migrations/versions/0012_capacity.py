"""capacity of makers by week

Quotas with their weeks, the places of orders in them, and where a product, a hold and a sold line
say that they are made in one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "quota",
        sa.Column("id", BIG, nullable=False),
        sa.Column("ikm_id", BIG, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("per_week", sa.Integer(), nullable=False),
        sa.Column("horizon", sa.SmallInteger(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("per_week BETWEEN 1 AND 10000", name=op.f("ck_quota_per_week_sane")),
        sa.CheckConstraint("horizon BETWEEN 1 AND 26", name=op.f("ck_quota_horizon_sane")),
        sa.ForeignKeyConstraint(["ikm_id"], ["ikm.id"], name=op.f("fk_quota_ikm_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota")),
    )
    op.create_index("ix_quota_ikm_id", "quota", ["ikm_id"])
    op.create_table(
        "quota_week",
        sa.Column("quota_id", BIG, nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "used BETWEEN 0 AND capacity", name=op.f("ck_quota_week_never_overfull")
        ),
        sa.ForeignKeyConstraint(["quota_id"], ["quota.id"], name=op.f("fk_quota_week_quota_id")),
        sa.PrimaryKeyConstraint("quota_id", "week", name=op.f("pk_quota_week")),
    )
    op.create_table(
        "quota_place",
        sa.Column("id", BIG, nullable=False),
        sa.Column("quota_id", BIG, nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("variant_id", BIG, nullable=False),
        sa.Column("group_code", sa.String(12), nullable=False),
        sa.Column("order_code", sa.String(12), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_quota_place_some")),
        sa.ForeignKeyConstraint(
            ["quota_id", "week"], ["quota_week.quota_id", "quota_week.week"], name="fk_quota_place"
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variant.id"], name=op.f("fk_quota_place_variant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota_place")),
    )
    op.create_index("ix_quota_place_week", "quota_place", ["quota_id", "week", "state"])
    op.create_index("ix_quota_place_group", "quota_place", ["group_code"])
    op.create_index("ix_quota_place_order", "quota_place", ["order_code"])
    big = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.execute(
        f"ALTER TABLE product ADD COLUMN quota_id {big} "
        "CONSTRAINT fk_product_quota_id REFERENCES quota (id)"
    )
    op.add_column("stock_hold", sa.Column("made_in", sa.Date()))
    op.add_column("order_line", sa.Column("made_in", sa.Date()))


def downgrade() -> None:
    op.drop_column("order_line", "made_in")
    op.drop_column("stock_hold", "made_in")
    with op.batch_alter_table("product") as table:
        table.drop_column("quota_id")  # and with it what it points at
    for name in ("quota_place", "quota_week", "quota"):
        op.drop_table(name)
