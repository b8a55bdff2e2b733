"""The waiting list of the street: somebody who was asked, one in line, one whose piece is kept."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from marketplace.catalog.models import Product, Variant
from marketplace.core.db import db
from marketplace.core.jobs import Job
from marketplace.flows import waiting_list
from marketplace.makers.models import Ikm
from tests import builders


def lay(shop: Ikm) -> dict[str, Any]:
    """Where these pages stand."""
    gone, product = _sold_out("Tas lurik kecil", shop)
    back, _ = _sold_out("Tas lurik besar", shop)
    waiting_list.ask("rini@contoh.test", gone)
    for email, variant in (("sari@contoh.test", gone), ("budi@contoh.test", back)):
        waiting_list.ask(email, variant)
        waiting_list.confirm(_link("waiting_confirm", email).rpartition("/")[2])
    builders.shelve(back, 1)
    return {
        "sold_out": f"/p/{product.slug}-{product.code}",
        "waiting": {
            "asked": _link("waiting_confirm", "rini@contoh.test"),
            "in_line": _link("waiting_confirm", "sari@contoh.test"),
            "kept": _link("waiting_chance", "budi@contoh.test"),
        },
    }


def _sold_out(name: str, shop: Ikm) -> tuple[int, Product]:
    product = builders.product(name, shop=shop, stock=0, category="batik")
    variant = db.session.scalars(select(Variant.id).where(Variant.product_id == product.id)).one()
    db.session.rollback()
    return variant, product


def _link(letter: str, to: str) -> str:
    jobs = db.session.scalars(select(Job.args).where(Job.name == "letters.send")).all()
    db.session.rollback()
    found = next(args for args in jobs if (args["name"], args["to"]) == (letter, to))
    return "/kabari/" + str(found["params"]["url"]).rpartition("/")[2]
