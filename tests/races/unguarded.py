"""The house with one guard taken out: a race that does not fail in it proves nothing."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Any

import pytest


def take_out(
    monkeypatch: pytest.MonkeyPatch, function: Callable[..., Any], guard: str, instead: str = ""
) -> None:
    """Put the same function in its place, but without these words of its source.

    The words must stand there once: a guard that was moved or renamed is noticed here.
    """
    module = sys.modules[function.__module__]
    source = inspect.getsource(function)
    assert source.count(guard) == 1, f"{guard!r} is not the guard of {function.__name__} any more"
    bare: dict[str, Any] = {}
    words = "from __future__ import annotations\n" + source.replace(guard, instead)
    exec(compile(words, module.__file__ or "", "exec"), module.__dict__, bare)  # noqa: S102
    monkeypatch.setattr(module, function.__name__, bare[function.__name__])


def everybody_has_looked(
    monkeypatch: pytest.MonkeyPatch, look: Callable[..., Any], *args: Any, **words: Any
) -> None:
    """Every hand's page was read before any of them pressed: all saw it open."""
    seen = look(*args, **words)
    assert seen is not None
    monkeypatch.setattr(sys.modules[look.__module__], look.__name__, lambda *_, **__: seen)
