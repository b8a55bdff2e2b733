"""The example settings of a proxy know every kind of file that we serve."""

from __future__ import annotations

import re
from pathlib import Path

from marketplace.web.static_files import STATIC

SETTINGS = (Path(__file__).parents[2] / "docs" / "nginx.conf").read_text()


def test_the_proxy_knows_every_kind_of_our_files() -> None:
    known = set(re.findall(r"^ +[a-z]+/[a-z0-9+]+ +([a-z0-9]+);$", SETTINGS, re.MULTILINE))
    ours = {path.suffix[1:] for path in STATIC.rglob("*.*") if path.is_file()}
    assert ours <= known


def test_the_proxy_leaves_compressing_to_us() -> None:
    assert re.search(r"^ +gzip off;", SETTINGS, re.MULTILINE)
    assert "gzip on" not in SETTINGS
