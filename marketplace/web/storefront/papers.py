"""Pages to read: help, privacy, terms of buying, where our data comes from."""

from __future__ import annotations

from flask import Response, current_app, make_response, render_template

from marketplace.web.access import EVERYONE, allow
from marketplace.web.storefront.blueprint import bp

HIDDEN = ("akun", "bayar", "dinas", "keranjang", "lokasi", "pesanan", "toko-saya", "cari")


@bp.get("/bantuan")
@allow(EVERYONE)
def help_page() -> str:
    """The questions people ask, answered in a sentence or two."""
    return render_template("storefront/help.html")


@bp.get("/privasi")
@allow(EVERYONE)
def privacy() -> str:
    """What we know about a visitor, why, how long, and how to have it deleted."""
    return render_template("storefront/privacy.html")


@bp.get("/syarat")
@allow(EVERYONE)
def terms() -> str:
    """The rules of buying here."""
    return render_template("storefront/terms.html")


@bp.get("/tentang-data")
@allow(EVERYONE)
def about_data() -> str:
    """Whose data we use and under which licence."""
    return render_template("storefront/about_data.html")


@bp.get("/robots.txt")
@allow(EVERYONE)
def robots() -> Response:
    """What search engines leave alone."""
    lines = ["User-agent: *", *(f"Disallow: /{path}" for path in HIDDEN)]
    if not current_app.config["HOUSE"].production:
        lines = ["User-agent: *", "Disallow: /"]
    response = make_response("\n".join(lines) + "\n")
    response.mimetype = "text/plain"
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
