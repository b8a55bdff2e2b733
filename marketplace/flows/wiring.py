"""Who hears what, and which name does which job, on one page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from marketplace.core.events import Event

LISTENERS: Mapping[type[Event], Sequence[Callable[[Any], None]]] = {}
JOBS: Mapping[str, Callable[..., None]] = {}
