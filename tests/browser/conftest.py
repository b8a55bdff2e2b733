"""One Chromium and one open market for all browser tests of a worker.

The street is laid once a run, whoever comes first; every worker opens a copy of its own.
"""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.walking import Street, Walk
from tests.services.chromium import ARGUMENTS, find_chromium
from tests.services.market import ROOT, market


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever stands in this folder drives Chromium."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser itself; each walk has a profile of its own."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=find_chromium(), args=list(ARGUMENTS)
        )  # fmt: skip
        yield started
        started.close()


@pytest.fixture(scope="session")
def street(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Street]:
    """The market, open, with its worker."""
    base = tmp_path_factory.getbasetemp()
    laid = _laid(base if worker_id == "master" else base.parent)
    home = base / "street"
    shutil.copytree(laid, home)
    with market(home, migrated=True) as made:
        made.work()
        made.open()
        yield Street(made, json.loads((home / "places.json").read_text()))


@pytest.fixture
def walk(chromium: Browser, street: Street) -> Iterator[Walk]:
    """A person at a phone; whatever the browser complains about fails the test."""
    with Walk(chromium, street) as walking:
        yield walking
    assert walking.complaints == []


def _laid(base: Path) -> Path:
    """The closed street to copy from; only the first worker lays it."""
    home = base / "laid-street"
    with (base / "laid-street.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "places.json").exists():
            with market(home) as made:
                said = subprocess.run(
                    [sys.executable, "-m", "tests.browser.street"],
                    cwd=ROOT,
                    env=made.env,
                    check=True,
                    stdout=subprocess.PIPE,
                    text=True,
                ).stdout
            (home / "places.json").write_text(said.splitlines()[-1])
    return home
