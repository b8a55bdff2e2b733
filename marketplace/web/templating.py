"""How templates are read: every name known, macros read once."""

from __future__ import annotations

from flask import Flask
from jinja2 import StrictUndefined, Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context


class ReadOnce(Template):
    """A template whose macros are read once, whoever imports them.

    Jinja asks at every import whether the importing page brings globals of its own. Ours never do,
    and asking costs a twentieth of every page.
    """

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


def register(app: Flask, *, debug: bool) -> None:
    """Set this before the first template is read."""
    app.jinja_env.template_class = ReadOnce
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.auto_reload = debug
