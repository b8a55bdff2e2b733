"""The first sale against servers that nobody here wrote: PostgreSQL, an S3 server, a Stripe.

Stripe is emulate behind `tests.services.emulate_bridge`; it keeps no refunds, so nobody takes an
order back here. docs/decisions/0005 says what the bridge adds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path

import pytest
import requests
from PIL import Image

from media.factory import S3Settings, open_storage
from media.s3 import S3Storage
from tests.crash.story import fill_cart, look_at_bill
from tests.services.emulate_bridge import Bridge, bridged_emulate
from tests.services.market import Market
from tests.services.net import wait_until
from tests.services.postgres import postgres
from tests.services.seaweed import S3Endpoint, seaweed
from tests.services.stall import CITRA, PASSWORD, Stall, books_of, stall
from tests.services.visitor import Visitor

pytestmark = [pytest.mark.services, pytest.mark.timeout(300)]
SECRET = "whsec_a_secret_for_tests"
BUCKET = "foto"


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[tuple[Stall, S3Endpoint]]:
    """A database and a bucket of their own."""
    with ExitStack() as running:
        database = running.enter_context(postgres(durable=True))
        bucket = running.enter_context(seaweed())
        storage = open_storage(
            s3=S3Settings(
                bucket=BUCKET,
                public_base_url=f"{bucket.url}/{BUCKET}",
                endpoint_url=bucket.url,
                region=bucket.region,
                access_key=bucket.access_key,
                secret_key=bucket.secret_key,
                path_style=True,
            )
        )
        assert isinstance(storage, S3Storage)
        storage.create_bucket_if_missing()
        storage.close()
        yield running.enter_context(stall(tmp_path / "stall", server=database)), bucket


def test_the_first_sale_with_nothing_of_our_own_on_the_other_side(
    servers: tuple[Stall, S3Endpoint], tmp_path: Path
) -> None:
    made, bucket = servers
    settings = {
        "S3_BUCKET": BUCKET,
        "S3_ENDPOINT_URL": bucket.url,
        "S3_PUBLIC_URL": f"{bucket.url}/{BUCKET}",
        "S3_ACCESS_KEY": bucket.access_key,
        "S3_SECRET_KEY": bucket.secret_key,
        "STRIPE_SECRET_KEY": "sk_test_of_the_tests",
        "STRIPE_WEBHOOK_SECRET": SECRET,
    }
    with (
        made.market(tmp_path / "market", **settings) as market,
        bridged_emulate(webhook_url=f"{market.url}/hooks/stripe", webhook_secret=SECRET) as bridge,
        Visitor(market.url) as citra,
        Visitor(market.url) as asih,
    ):
        market.env["STRIPE_API_BASE"] = bridge.url
        market.open()
        market.work()
        sign_in(citra)
        photo = add_photo(citra, made)
        assert photo.startswith(bucket.url)
        buy_and_pay(asih, made, bridge)
        address = asih.page.url.partition("?")[0]
        wait_for(market, "new")
        assert "Pembayaran diterima" in asih.open(address).words
        send_both(citra, market, made)
        confirm(asih, address)
        wait_for(market, "completed")
        assert "Pesanan selesai" in asih.open(address).words
        check(market, bridge)


def sign_in(citra: Visitor) -> None:
    citra.open("/masuk")
    assert citra.send("/masuk", email=CITRA, password=PASSWORD).status == 200


def add_photo(citra: Visitor, made: Stall) -> str:
    """From the phone into the bucket; the address at which the product page shows it."""
    code = made.goods.pages[0].rpartition("-")[2]
    citra.open(f"/toko-saya/{made.goods.shops[0]}/produk/{code}/foto")
    picture = BytesIO()
    Image.linear_gradient("L").resize((1600, 1200)).convert("RGB").save(picture, "JPEG")
    sent = citra.send("/foto$", files={"foto": ("kripik.jpg", picture.getvalue(), "image/jpeg")})
    assert sent.status == 200, sent.words[:400]
    page = citra.open(made.goods.pages[0])
    address = page.text.partition('<img class="photo photo--square')[2]
    address = address.partition('src="')[2].partition('"')[0]
    shown = requests.get(address, timeout=10)
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/webp")
    return address


def buy_and_pay(asih: Visitor, made: Stall, bridge: Bridge) -> None:
    """Two shops, one payment, on emulate's own page."""
    fill_cart(asih, made.goods.pages)
    look_at_bill(asih, email="asih@contoh.test")
    asih.send("^/bayar/kirim", cara="stripe")
    assert asih.page.url.startswith(bridge.emulate_url), asih.page.words[:400]
    asih.send("complete")
    assert "/pesanan/" in asih.page.path, asih.page.url
    wait_until(lambda: bridge.delivered != [], what="the message of emulate")
    assert ("checkout.session.completed", 204) in bridge.delivered


def send_both(citra: Visitor, market: Market, made: Stall) -> None:
    """Each shop accepts, packs and hands its parcel to the courier."""
    books = books_of(market)
    for row in books.rows(
        "SELECT o.code, i.code AS shop FROM shop_order o JOIN ikm i ON i.id = o.ikm_id"
    ):
        here = f"/toko-saya/{row['shop']}/pesanan/{row['code']}"
        citra.open(here)
        citra.send("/terima$")
        citra.open(here)
        citra.send("/kemas$")
        citra.open(f"{here}/kirim")
        assert citra.send("/kirim$", courier="JNE", tracking="JOG0012345").status == 200
    books.close()


def confirm(asih: Visitor, address: str) -> None:
    """Both parcels are there."""
    while asih.open(address).offers("/terima$"):
        asih.send("/terima$")


def wait_for(market: Market, state: str) -> None:
    books = books_of(market)
    wait_until(
        lambda: {row["state"] for row in books.rows("SELECT state FROM shop_order")} == {state},
        what=f"orders that are {state}",
        seconds=30,
    )
    books.close()


def check(market: Market, bridge: Bridge) -> None:
    """The worker has written to everybody, and the books agree with emulate's own."""
    wait_until(lambda: len(market.letters()) >= 5, what="the letters", seconds=30)
    market.in_turn("run-due-jobs --until-empty", "reconcile --once", "check-invariants --json")
    books = books_of(market)
    assert books.faults() == []
    [payment] = books.rows("SELECT reference, amount FROM payment")
    there = requests.get(
        f"{bridge.url}/v1/checkout/sessions/{payment['reference']}",
        headers={"Authorization": "Bearer sk_test_of_the_tests"},
        timeout=10,
    ).json()
    assert (there["payment_status"], there["amount_total"]) == ("paid", payment["amount"] * 100)
    books.close()
