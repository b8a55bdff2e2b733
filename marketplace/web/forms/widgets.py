"""Boxes to type in, drawn quickly: a page of five questions has forty attributes."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape
from wtforms import widgets
from wtforms.widgets.core import clean_key


def attributes(**given: Any) -> str:
    """What `wtforms.widgets.html_params` says, for a third of a page's cost less."""
    found = []
    for key, value in sorted(given.items()):
        if value is True:
            found.append(clean_key(key))
        elif value is not False:
            found.append(f'{clean_key(key)}="{escape(value)}"')
    return " ".join(found)


class Line(widgets.TextInput):
    """One line."""

    html_params = staticmethod(attributes)


class EmailLine(widgets.EmailInput):
    """An address, with the keyboard for it."""

    html_params = staticmethod(attributes)


class PhoneLine(widgets.TelInput):
    """A number to call."""

    html_params = staticmethod(attributes)


class Lines:
    """Several lines; knows no rule that the field itself does not check."""

    def __call__(self, field: Any, **given: Any) -> Markup:
        box = attributes(name=field.name, **{"id": field.id, **given})
        return Markup(f"<textarea {box}>\r\n{escape(field._value())}</textarea>")  # noqa: S704
