"""complaints

What buyers say is wrong with an order that was sent; its book is only written at the end. Old
processes know nothing of it: an order that is complained about would complete under their hands, so
they are stopped before the first complaint can be written.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
BOOK = "complaint_event"


def upgrade() -> None:
    op.add_column(
        "shop_order",
        sa.Column("contested", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "photo", sa.Column("private", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "complaint",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("goods", BIG, nullable=False),
        sa.Column("postage", BIG, nullable=False),
        sa.Column("wish", sa.String(10), nullable=False),
        sa.Column("wished", BIG, nullable=False),
        sa.Column("offered", BIG),
        sa.Column("proposed", BIG),
        sa.Column("proposed_by", BIG),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("late_at", MOMENT),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT),
        sa.Column("back", BIG, nullable=False),
        sa.Column("refund_id", BIG),
        sa.Column("courier", sa.String(40), nullable=False),
        sa.Column("tracking", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_complaint_{name}"))
            for name, rule in (
                ("about_something", "goods > 0 AND postage >= 0"),
                ("wish_sane", "wished BETWEEN 0 AND goods + postage"),
                ("offer_sane", "offered BETWEEN 1 AND goods + postage"),
                ("proposal_sane", "proposed BETWEEN 1 AND goods + postage"),
                ("never_too_much_back", "back BETWEEN 0 AND goods + postage"),
                ("back_by_one_refund", "(back > 0) = (refund_id IS NOT NULL)"),
                ("due_while_open", "(closed_at IS NULL) = (due_at IS NOT NULL)"),
            )
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["shop_order.id"], name=op.f("fk_complaint_order_id")
        ),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name=op.f("fk_complaint_refund_id")),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["person.id"], name=op.f("fk_complaint_proposed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("order_id", name=op.f("uq_complaint_order_id")),
        sa.UniqueConstraint("refund_id", name=op.f("uq_complaint_refund_id")),
    )
    op.create_index("ix_complaint_due", "complaint", ["state", "due_at"])
    op.create_table(
        "complaint_line",
        sa.Column("complaint_id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("back", BIG, nullable=False),
        sa.CheckConstraint("quantity > 0 AND amount > 0", name=op.f("ck_complaint_line_positive")),
        sa.CheckConstraint(
            "back BETWEEN 0 AND amount", name=op.f("ck_complaint_line_never_too_much_back")
        ),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_line_complaint_id")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["order_line.id"], name=op.f("fk_complaint_line_line_id")
        ),
        sa.PrimaryKeyConstraint("complaint_id", "line_id", name=op.f("pk_complaint_line")),
    )
    op.create_table(
        BOOK,
        sa.Column("id", BIG, nullable=False),
        sa.Column("complaint_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", BIG),
        sa.Column("actor", sa.String(10), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f(f"fk_{BOOK}_complaint_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{BOOK}")),
    )
    op.create_index(op.f(f"ix_{BOOK}_complaint_id"), BOOK, ["complaint_id"])
    op.create_table(
        "complaint_photo",
        sa.Column("photo_id", BIG, nullable=False),
        sa.Column("complaint_id", BIG, nullable=False),
        sa.Column("side", sa.String(10), nullable=False),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["photo.id"], name=op.f("fk_complaint_photo_photo_id")
        ),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_photo_complaint_id")
        ),
        sa.PrimaryKeyConstraint("photo_id", name=op.f("pk_complaint_photo")),
    )
    op.create_index(op.f("ix_complaint_photo_complaint_id"), "complaint_photo", ["complaint_id"])
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
    op.drop_table("complaint_photo")
    op.drop_table(BOOK)
    op.drop_table("complaint_line")
    op.drop_table("complaint")
    op.drop_column("photo", "private")
    op.drop_column("shop_order", "contested")
