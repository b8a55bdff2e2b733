"""How templates are read and joined: every name known, macros read once, nothing escaped twice."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2 import StrictUndefined, Template
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import Markup, _escape_inner, escape


def shown(value: Any) -> str:
    """A value as it stands in a page: markup as it is, everything else escaped.

    `escape` does the same, and makes markup of it, which nobody looks at where text is joined to a
    page: that was a tenth of a cart.
    """
    kind = type(value)
    if kind is Markup:
        return value
    if kind is str:
        return _escape_inner(value)
    return escape(value)


class JoinedText(CodeGenerator):
    """Writes `shown` where Jinja writes `escape` around a value that goes into the page."""

    def _output_child_pre(self, node: Any, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
            return
        self.write("environment.shown(")
        if finalize.src is not None:
            self.write(finalize.src)


class KnownTemplates(Environment):
    """Templates by their names alone, once they were read.

    Jinja asks each time whether its loader or the given globals are others than before: seven
    times a page. There is one loader here, and every global is set before the first page.
    """

    code_generator_class = JoinedText
    shown = staticmethod(shown)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.known: dict[str, Template] = {}

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,
    ) -> Template:
        if isinstance(name, Template):
            return name
        found = self.known.get(name)
        if found is None:
            found = super().get_template(name, parent, globals)
            if not self.auto_reload:
                self.known[name] = found
        return found


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
