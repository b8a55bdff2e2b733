"""search

Words of products in their basic form, a full-text index over them, and the vocabulary that mends
misspelt words. PostgreSQL: a stored tsvector with weights and GIN. SQLite: FTS5 without a copy of the
words, kept by triggers.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = (
    "CREATE TABLE search_document (product_id {bigint} PRIMARY KEY, name TEXT NOT NULL, "
    "shop TEXT NOT NULL, category TEXT NOT NULL, body TEXT NOT NULL, vocabulary TEXT NOT NULL, "
    "live_at {moment} NOT NULL, price BIGINT NOT NULL, sold BIGINT NOT NULL, "
    "ready BOOLEAN NOT NULL, district_code VARCHAR(8) NOT NULL, category_id BIGINT NOT NULL)",
    "CREATE TABLE search_word (word VARCHAR(40) PRIMARY KEY, stem VARCHAR(40) NOT NULL, "
    "count BIGINT NOT NULL)",
    "CREATE INDEX ix_search_word_stem ON search_word (stem)",
    "CREATE TABLE search_trigram (trigram VARCHAR(3) NOT NULL, word VARCHAR(40) NOT NULL, "
    "PRIMARY KEY (trigram, word))",
    "CREATE INDEX ix_search_trigram_word ON search_trigram (word)",
)
FIELDS = ("name", "shop", "category", "body")
POSTGRESQL = (
    "ALTER TABLE search_document ADD COLUMN words tsvector GENERATED ALWAYS AS ("
    + " || ".join(
        f"setweight(to_tsvector('simple', {field}), '{weight}')"
        for field, weight in zip(FIELDS, "ABCD", strict=True)
    )
    + ") STORED",
    "CREATE INDEX ix_search_document_words ON search_document USING gin (words)",
)
_COLUMNS = ", ".join(FIELDS)
_NEW = ", ".join(f"new.{field}" for field in FIELDS)
_OLD = ", ".join(f"old.{field}" for field in FIELDS)
_TAKE_OUT = (
    f"INSERT INTO search_index (search_index, rowid, {_COLUMNS}) "
    f"VALUES ('delete', old.product_id, {_OLD});"
)
_PUT_IN = f"INSERT INTO search_index (rowid, {_COLUMNS}) VALUES (new.product_id, {_NEW});"
SQLITE = (
    f"CREATE VIRTUAL TABLE search_index USING fts5({_COLUMNS}, content='search_document', "
    "content_rowid='product_id', tokenize='unicode61 remove_diacritics 0')",
    f"CREATE TRIGGER search_document_in AFTER INSERT ON search_document BEGIN {_PUT_IN} END",
    f"CREATE TRIGGER search_document_out AFTER DELETE ON search_document BEGIN {_TAKE_OUT} END",
    "CREATE TRIGGER search_document_changed AFTER UPDATE OF name, shop, category, body "
    "ON search_document "
    f"BEGIN {_TAKE_OUT} {_PUT_IN} END",
)


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in TABLES:
        op.execute(
            statement.format(
                bigint="BIGINT" if postgresql else "INTEGER",
                moment="TIMESTAMP WITH TIME ZONE" if postgresql else "DATETIME",
            )
        )
    for statement in POSTGRESQL if postgresql else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        op.execute("DROP TABLE search_index")
    for table in ("search_trigram", "search_word", "search_document"):
        op.execute(f"DROP TABLE {table}")
