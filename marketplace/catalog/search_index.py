"""The words of visible products, and the vocabulary of the market, kept by differences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from marketplace.catalog import words
from marketplace.catalog.cards import Card
from marketplace.catalog.search_tables import document, trigram, word
from marketplace.core.db import db, dialect

SHORTEST_KNOWN = 3  # shorter words are not mended
MOST_BODY_WORDS = 2_000
FIGURES = ("live_at", "price", "sold", "ready", "district_code", "category_id")


def replace(ids: Sequence[int], cards: Sequence[Card]) -> None:
    """Let the index know exactly these of the products, with the words they have now."""
    old = {
        row.product_id: dict(row._mapping)
        for row in db.session.execute(select(document).where(document.c.product_id.in_(ids)))
    }
    new = {card.product_id: _document(card) for card in cards}
    gone = [id for id in old if id not in new]
    if gone:
        db.session.execute(delete(document).where(document.c.product_id.in_(gone)))
    for id, values in new.items():
        if id not in old:
            db.session.execute(insert(document).values(values))
        elif old[id] != values:
            db.session.execute(update(document).where(document.c.product_id == id).values(values))
    _move_vocabulary(_spoken(old.values()), _spoken(new.values()))


def add(cards: Sequence[Card]) -> None:
    """Index products that are not there yet; the vocabulary is rebuilt afterwards."""
    if cards:
        db.session.execute(insert(document), [_document(card) for card in cards])


def clear() -> None:
    """Forget every product and word."""
    for table in (document, word, trigram):
        db.session.execute(delete(table))


def rebuild_vocabulary() -> None:
    """Learn the words of everything indexed, after a large import."""
    counted: Counter[str] = Counter()
    every = select(document.c.vocabulary).execution_options(yield_per=1000)
    for (text,) in db.session.execute(every):
        counted.update(text.split())
    rows: list[dict[str, Any]] = [
        {"word": w, "stem": words.accepted(w), "count": n} for w, n in sorted(counted.items())
    ]
    if rows:
        db.session.execute(insert(word), rows)
        db.session.execute(
            insert(trigram),
            [{"trigram": t, "word": row["word"]} for row in rows for t in trigrams(row["word"])],
        )


def trigrams(text: str) -> list[str]:
    """Every three letters in a row, the ends marked: pondo -> $po pon ond ndo do$."""
    marked = f"${text}$"
    return sorted({marked[at : at + 3] for at in range(len(marked) - 2)})


def _document(card: Card) -> dict[str, Any]:
    known = {
        w
        for text in (card.name, card.shop, card.category)
        for w in words.written(text)
        if len(w) >= SHORTEST_KNOWN and w.isalpha() and w not in words.FILLING
    }
    return {
        "product_id": card.product_id,
        "name": _indexed(card.name),
        "shop": _indexed(card.shop),
        "category": _indexed(card.category),
        "body": _indexed(card.body),
        "vocabulary": " ".join(sorted(known)),
        **{name: getattr(card, name) for name in FIGURES},
    }


def _indexed(text: str) -> str:
    return " ".join(words.basic(text)[:MOST_BODY_WORDS])


def _spoken(documents: Iterable[Any]) -> Counter[str]:
    return Counter(w for values in documents for w in values["vocabulary"].split())


def _move_vocabulary(before: Counter[str], after: Counter[str]) -> None:
    """Count words up and down; one that nobody uses any more is no suggestion."""
    moved = {w: after[w] - before[w] for w in sorted(set(before) | set(after))}
    rows: list[dict[str, Any]] = [
        {"word": w, "stem": words.accepted(w), "count": by} for w, by in moved.items() if by
    ]
    if not rows:
        return
    kind = postgresql if dialect() == "postgresql" else sqlite
    new = kind.insert(word)
    db.session.execute(
        new.on_conflict_do_update(
            index_elements=[word.c.word], set_={"count": word.c.count + new.excluded.count}
        ),
        rows,
    )
    fresh = [row["word"] for row in rows if row["count"] > 0]
    parts = [{"trigram": t, "word": w} for w in fresh for t in trigrams(w)]
    if parts:
        db.session.execute(kind.insert(trigram).on_conflict_do_nothing(), parts)
