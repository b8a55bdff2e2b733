"""Chains the history, so that no entry can be changed unseen."""

from __future__ import annotations

import hashlib
import hmac
import json

from sqlalchemy import func, select

from marketplace.core.db import db
from marketplace.core.history import HistoryEntry, HistorySeal
from marketplace.core.work import transaction
from marketplace.outside import outside

BATCH = 500


def seal() -> None:
    """Give every new entry the digest of itself and of the seal before it."""
    while _seal_some() == BATCH:
        pass


def first_broken() -> int | None:
    """The first entry that is not what was sealed, or none when the book is whole."""
    digest = ""
    rows = db.session.execute(
        select(HistorySeal, HistoryEntry)
        .join(HistoryEntry, HistoryEntry.id == HistorySeal.entry_id, isouter=True)
        .order_by(HistorySeal.entry_id)
    )
    for sealed, entry in rows:
        digest = _digest(digest, entry) if entry is not None else ""
        if digest != sealed.digest:
            return int(sealed.entry_id)
    return None


def _seal_some() -> int:
    with transaction():
        last = db.session.scalar(select(func.max(HistorySeal.entry_id))) or 0
        digest = db.session.scalar(
            select(HistorySeal.digest).where(HistorySeal.entry_id == last).with_for_update()
        )
        entries = db.session.scalars(
            select(HistoryEntry)
            .where(HistoryEntry.id > last)
            .order_by(HistoryEntry.id)
            .limit(BATCH)
        ).all()
        for entry in entries:
            digest = _digest(digest or "", entry)
            db.session.add(HistorySeal(entry_id=entry.id, digest=digest))
        return len(entries)


def _digest(before: str, entry: HistoryEntry) -> str:
    said = json.dumps(
        [
            before,
            entry.id,
            entry.at.isoformat(),
            entry.by,
            entry.act,
            entry.subject,
            entry.detail,
        ],
        sort_keys=True,
    )
    key = outside().config.secret_key.encode()
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()
