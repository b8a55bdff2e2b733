"""Letters: promised in the transaction they speak of, written and sent by the worker."""

from __future__ import annotations

from typing import Any

from flask import render_template

from marketplace.core import clock, jobs, letter_book
from marketplace.core.work import transaction
from marketplace.outside import outside


def post(
    name: str, /, *, to: str, key: str, about: str = "", reader: str = "", **params: Any
) -> None:  # fmt: skip
    """Promise the letter `templates/mail/<name>`; one key is one letter, however often asked.

    With `about` ("group:7f3k2qd9xw") and `reader` (buyer, shop) the book of letters keeps that it
    was sent.
    """
    jobs.enqueue(
        "letters.send", key=f"letter:{key}"[:120], name=name, to=to, params=params, about=about,
        reader=reader,
    )  # fmt: skip


def send(name: str, to: str, params: dict[str, Any], about: str = "", reader: str = "") -> None:
    """Write the letter in both forms and hand it over; the subject is the text's first line."""
    base_url = outside().config.base_url
    text = render_template(f"mail/{name}.txt", base_url=base_url, **params)
    html = render_template(f"mail/{name}.html", base_url=base_url, **params)
    subject, _, body = text.lstrip().partition("\n")
    outside().mail.send(to=to, subject=subject.strip(), text=body.strip() + "\n", html=html)
    if about:
        with transaction():
            letter_book.record(about, reader, subject.strip(), at=clock.now())
