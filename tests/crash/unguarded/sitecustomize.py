"""Takes the guard out of the shelf, for the one test that must see it fail.

Python loads a module of this name by itself when its folder is on PYTHONPATH; nothing in the
market knows of it.
"""

from __future__ import annotations

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import PathFinder
from typing import Any


class Careless(MetaPathFinder):
    """Changes `marketplace.catalog.stock` as soon as it is loaded."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name != "marketplace.catalog.stock":
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = Unguarding(spec.loader)
        return spec


class Unguarding(Loader):
    """Loads the module and replaces its guard."""

    def __init__(self, honest: Any) -> None:
        self._honest = honest

    def create_module(self, spec: Any) -> Any:
        return self._honest.create_module(spec)

    def exec_module(self, module: Any) -> None:
        self._honest.exec_module(module)
        module.reserve = _believe_what_was_read

    def __getattr__(self, name: str) -> Any:
        return getattr(self._honest, name)


def _believe_what_was_read(wanted: Any) -> list[Any]:
    """What a hurried programmer would write: the page has looked, so it must be there."""
    return []


sys.meta_path.insert(0, Careless())
