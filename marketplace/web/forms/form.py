"""What every form is: its faults are sentences, and it keeps what was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask_wtf import FlaskForm

from marketplace.core.errors import MarketError
from marketplace.web.sentences import sentence

View = TypeVar("View", bound=Callable[..., Any])


def keeps_typed(view: View) -> View:
    """Let the view's own form judge its token, so that a stale one comes back with what was typed.

    Only for views that do nothing before `validate_on_submit()` of a `Form` said yes.
    """
    cast(Any, view).keeps_typed = True
    return view


class Form(FlaskForm):
    """A form whose faults are sentences at their fields."""

    def refuse(self, error: MarketError) -> None:
        """Put what the domain refused at the field it named, or above the form."""
        field = self._fields.get(str(error.params.get("field", "")))
        words = sentence(error)
        if field is None:
            self.form_errors.append(words)
        else:
            field.errors = [*field.errors, words]

    def typed(self) -> dict[str, Any]:
        """What was understood, by field, without the token."""
        return {name: value for name, value in self.data.items() if name != "csrf_token"}
