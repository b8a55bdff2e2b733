"""The questions that products of one category answer, always in the same form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from marketplace.catalog import shelves
from marketplace.catalog.models import Attribute
from marketplace.core.db import read
from marketplace.core.errors import Invalid

LONGEST_ANSWER = 120
MOST_NUMBER = 1_000_000


@dataclass(frozen=True, slots=True)
class Question:
    """One question about a kind of product."""

    code: str
    label: str
    kind: str  # text number choice bool
    options: tuple[str, ...]
    unit: str
    required: bool

    def words(self, answer: Any) -> str:
        """An answer as people read it."""
        if self.kind == "bool":
            return "Ya" if answer else "Tidak"
        return f"{answer} {self.unit}".strip()


_ASKED = (
    select(
        Attribute.category_id,
        Attribute.code,
        Attribute.label,
        Attribute.kind,
        Attribute.options,
        Attribute.unit,
        Attribute.required,
    )
    .where(Attribute.category_id.in_(bindparam("path", expanding=True)))
    .order_by(Attribute.position, Attribute.id)
)


def of_category(category_id: int | None) -> list[Question]:
    """What is asked on a shelf and on those above it; the nearest shelf words it."""
    shelf = shelves.tree().get(category_id or 0)
    if shelf is None:
        return []
    found: dict[str, tuple[int, Question]] = {}
    for row in read(_ASKED, {"path": list(shelf.path)}):
        depth = shelf.path.index(row.category_id)
        if row.code in found and found[row.code][0] > depth:
            continue
        found[row.code] = (
            depth,
            Question(
                code=row.code,
                label=row.label,
                kind=row.kind,
                options=tuple(row.options),
                unit=row.unit,
                required=row.required,
            ),
        )
    return [question for _, question in found.values()]


def checked(asked: list[Question], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Only answers to what is asked, each of its kind; what is required is there."""
    good: dict[str, Any] = {}
    for question in asked:
        answer = answers.get(question.code)
        if answer is None or answer == "":
            if question.required:
                raise Invalid("answer_missing", field=question.code, question=question.label)
            continue
        if not _fits(question, answer):
            raise Invalid("answer_wrong", field=question.code, question=question.label)
        good[question.code] = answer
    return good


def _fits(question: Question, answer: Any) -> bool:
    if question.kind == "number":
        return type(answer) is int and 0 <= answer <= MOST_NUMBER
    if question.kind == "bool":
        return type(answer) is bool
    if question.kind == "choice":
        return answer in question.options
    return isinstance(answer, str) and len(answer) <= LONGEST_ANSWER
