"""Imports go down the floors of the house, never up (`[tool.importlinter]` in pyproject.toml)."""

from pathlib import Path

import pytest
from importlinter import api  # noqa: F401  # the linter sets itself up when it is imported
from importlinter.application import use_cases

ROOT = Path(__file__).parents[2]


def test_every_import_goes_down(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.syspath_prepend(ROOT)
    kept = use_cases.lint_imports(cache_dir=None, no_logo=True)
    assert kept, capsys.readouterr().out
