"""Waiting times are said as people say them, and every sentence finds its figures."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from marketplace.core.errors import TooMany
from marketplace.web.sentences import sentence, wait


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "1 menit"), (5, "5 menit"), (60, "1 jam"), (61, "2 jam"), (1440, "1 hari")],
)
def test_a_wait_is_said_in_the_largest_fitting_measure(minutes: int, said: str) -> None:
    assert wait(minutes) == said


def test_too_many_says_when_to_come_back() -> None:
    assert sentence(TooMany(minutes=1440)).endswith("Coba lagi 1 hari lagi.")


def test_who_sells_is_addressed_as_bapak_or_ibu(app: Flask) -> None:
    """Buyers are "Anda"; Toko Saya and the letters to shops say "Bapak/Ibu"."""
    pages = Path(app.root_path, str(app.template_folder))
    letters = [*pages.glob("mail/shop_*"), *pages.glob("mail/product_*")]
    rooms = [*pages.glob("seller/*.html"), pages / "layouts/seller.html"]
    rooms += Path(app.root_path, "web/seller").glob("*.py")
    assert len(letters) > 6
    assert [path.name for path in letters + rooms if "Anda" in path.read_text()] == []
