"""Fields to choose in: lists, boxes to tick, a village."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, cast

from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from marketplace.core import regions

VILLAGE_CODE = re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}\Z")

Pairs = Sequence[tuple[str, str]]


def _spelt(pairs: Pairs) -> list[SelectChoice]:
    return [SelectChoice(value, words) for value, words in pairs]


class _Listed:
    """Only what stands in the list may be chosen; choices are pairs of value and words."""

    def __init__(self, label: str, *, choices: Pairs = (), **more: Any) -> None:
        super().__init__(label, choices=_spelt(choices), **more)  # type: ignore[call-arg]

    def process_formdata(self, valuelist: list[Any]) -> None:
        cast(Any, self).data = str(valuelist[0]) if valuelist else None

    def pre_validate(self, form: Any) -> None:
        field = cast(Any, self)
        if field.data not in {str(value) for value, *_ in field.iter_choices()}:
            raise StopValidation(
                f"Pilih {field.label.text[:1].lower()}{field.label.text[1:]} dari daftar."
            )


class Choice(_Listed, SelectField):
    """One of a list, as a drop-down."""


class OneOf(_Listed, RadioField):
    """One of a few, all in sight."""


class Tick(BooleanField):
    """A box that stands empty until somebody ticks it."""


class Village(HiddenField):
    """A village of Indonesia by its official code; `place` is the village once it was found."""

    def __init__(self, label: str = "Kalurahan/Desa", **more: Any) -> None:
        self.place: regions.Place | None = None
        self.data: Any = None
        super().__init__(label, **more)

    def pre_validate(self, form: Any) -> None:
        code = str(self.data or "").strip()
        if VILLAGE_CODE.match(code):
            self.place = regions.place(code)
        if self.place is None:
            raise StopValidation("Pilih kalurahan atau desa dari daftar.")
        self.data = code
