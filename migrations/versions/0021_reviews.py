"""reviews

What buyers say of things they received, with a book that is only written at the end. A product
carries its stars itself, so that its page asks nothing more while nobody has said anything.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
BOOK = "review_event"


def upgrade() -> None:
    for name, kind in (("rating_sum", BIG), ("rating_count", sa.Integer())):
        op.add_column("product", sa.Column(name, kind, nullable=False, server_default=sa.text("0")))
    op.create_table(
        "review",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(10), nullable=False),
        sa.Column("line_id", BIG, nullable=False),
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("ikm_id", BIG, nullable=False),
        sa.Column("author", sa.String(50), nullable=False),
        sa.Column("stars", sa.SmallInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("replied_at", MOMENT),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("why_hidden", sa.String(300), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("edited_at", MOMENT),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_review_one_to_five")),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_review_line_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_review_product_id")),
        sa.ForeignKeyConstraint(["ikm_id"], ["ikm.id"], name=op.f("fk_review_ikm_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("code", name=op.f("uq_review_code")),
        sa.UniqueConstraint("line_id", name=op.f("uq_review_line_id")),
    )
    op.create_index("ix_review_product", "review", ["product_id", "state", "id"])
    op.create_index("ix_review_shop", "review", ["ikm_id", "id"])
    op.create_index("ix_review_reports", "review", ["reports", "id"])
    op.create_table(
        BOOK,
        sa.Column("id", BIG, nullable=False),
        sa.Column("review_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", BIG),
        sa.Column("actor", sa.String(10), nullable=False),
        sa.Column("what", sa.String(10), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f(f"fk_{BOOK}_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{BOOK}")),
    )
    op.create_index(op.f(f"ix_{BOOK}_review_id"), BOOK, ["review_id"])
    op.create_table(
        "review_photo",
        sa.Column("photo_id", BIG, nullable=False),
        sa.Column("review_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_review_photo_photo_id")),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_review_photo_review_id")
        ),
        sa.PrimaryKeyConstraint("photo_id", name=op.f("pk_review_photo")),
    )
    op.create_index(op.f("ix_review_photo_review_id"), "review_photo", ["review_id"])
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
    op.drop_table("review_photo")
    op.drop_table(BOOK)
    op.drop_table("review")
    op.drop_column("product", "rating_count")
    op.drop_column("product", "rating_sum")
