"""what the desk finds

Names of recipients by any of their words: the database keeps the index by itself, so that no order
is written slower by a statement more. And the references of payouts, of what providers paid out and
of money sent back.
"""

from __future__ import annotations

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

NAMES = "search_recipient"
# whoever makes the table order_group anew on SQLite makes these triggers anew, too
OUT = f"INSERT INTO {NAMES} ({NAMES}, rowid, recipient) VALUES ('delete', old.id, old.recipient);"
IN = f"INSERT INTO {NAMES} (rowid, recipient) VALUES (new.id, new.recipient);"
SQLITE = (
    f"CREATE VIRTUAL TABLE {NAMES} USING fts5(recipient, content='order_group', "
    "content_rowid='id', tokenize='unicode61 remove_diacritics 0')",
    f"INSERT INTO {NAMES} ({NAMES}) VALUES ('rebuild')",
    f"CREATE TRIGGER {NAMES}_in AFTER INSERT ON order_group BEGIN {IN} END",
    f"CREATE TRIGGER {NAMES}_out AFTER DELETE ON order_group BEGIN {OUT} END",
    f"CREATE TRIGGER {NAMES}_changed AFTER UPDATE OF recipient ON order_group BEGIN {OUT} {IN} END",
)
REFERENCES = ("payout", "settlement", "receipt_return")
BEFORE = "ix_order_group_recipient"


def upgrade() -> None:
    op.drop_index(BEFORE, "order_group")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE INDEX {NAMES} ON order_group USING gin (to_tsvector('simple', recipient))"
        )
    else:
        for statement in SQLITE:
            op.execute(statement)
    for table in REFERENCES:
        op.create_index(f"ix_{table}_reference", table, ["reference"])


def downgrade() -> None:
    for table in REFERENCES:
        op.drop_index(f"ix_{table}_reference", table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP INDEX {NAMES}")
    else:
        for name in ("in", "out", "changed"):
            op.execute(f"DROP TRIGGER {NAMES}_{name}")
        op.execute(f"DROP TABLE {NAMES}")
    op.create_index(
        BEFORE,
        "order_group",
        ["recipient"],
        postgresql_ops={"recipient": "text_pattern_ops"},
    )
