"""The tables of the search, made in migration 0003: each database indexes in its own way.

The application writes `search_document` and the vocabulary; the full-text index follows by itself:
a stored tsvector with GIN on PostgreSQL, an FTS5 table kept by triggers on SQLite.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, MetaData, String, Table, Text

from marketplace.core.db import Utc

SEARCH = MetaData()

# The words of a visible product in their basic form, by weight; vocabulary as the maker wrote it.
# What finds are filtered, ordered and counted by stands here too, so that nothing is joined.
document = Table(
    "search_document",
    SEARCH,
    Column("product_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("shop", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("vocabulary", Text, nullable=False),
    Column("live_at", Utc, nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("sold", BigInteger, nullable=False),
    Column("ready", Boolean, nullable=False),
    Column("district_code", String(8), nullable=False),
    Column("category_id", BigInteger, nullable=False),
)

# Words of names, shops and categories as written, and in how many products.
word = Table(
    "search_word",
    SEARCH,
    Column("word", String(40), primary_key=True),
    Column("stem", String(40), nullable=False),
    Column("count", BigInteger, nullable=False),
)

# Three letters in a row of a known word, so that a misspelt one finds its neighbours.
trigram = Table(
    "search_trigram",
    SEARCH,
    Column("trigram", String(3), primary_key=True),
    Column("word", String(40), primary_key=True),
)
