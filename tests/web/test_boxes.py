"""Boxes to type in say what WTForms would say, and never more than one attribute a value."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from wtforms.widgets.core import html_params

from marketplace.web.forms.widgets import attributes

NAMES = st.sampled_from(
    ["id", "name", "value", "class_", "aria_invalid", "data_draft", "maxlength"]
)
VALUES = st.one_of(st.text(max_size=8), st.integers(0, 99), st.booleans())


@given(st.dictionaries(NAMES, VALUES, max_size=3))
def test_attributes_are_written_as_wtforms_writes_them(given: dict[str, Any]) -> None:
    assert attributes(**given) == html_params(**given)


def test_what_was_typed_cannot_leave_its_attribute() -> None:
    assert attributes(value='"><script>') == 'value="&#34;&gt;&lt;script&gt;"'
