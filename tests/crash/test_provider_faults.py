"""A provider that refuses, hangs, forgets or repeats itself: the order ends the same way.

Nobody waits longer than twelve seconds, and nobody reads "gagal" before the truth is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests

from tests.crash.stage import Stage, stage
from tests.crash.story import fill_cart, look_at_bill, pay
from tests.services.stall import Stall
from tests.services.stripe_process import SECRET, Stripe
from tests.services.visitor import Visitor

pytestmark = [pytest.mark.race, pytest.mark.services]
LONGEST_WAIT = 12.0
OPENING, READING, CLOSING = "POST /v1/checkout/sessions$", "GET /v1/checkout", "/expire$"


@pytest.fixture(scope="module")
def open_market(
    made: Stall, tmp_path_factory: pytest.TempPathFactory, stripe: Stripe
) -> Iterator[Stage]:
    """One market for all faults of this page; its worker works when the test says so."""
    with stage(made, tmp_path_factory.mktemp("faults") / "market", stripe, "stripe") as opened:
        opened.market.open()
        stripe.post_to(opened.market.url)
        yield opened


@pytest.fixture
def market(open_market: Stage, stripe: Stripe) -> Iterator[Stage]:
    """Every test leaves a healthy provider, and books that agree with it."""
    yield open_market
    stripe.tell("no_faults")
    stripe.tell("webhooks", copies=1, dropping=False, holding=False, secret=SECRET,
                url=f"{open_market.market.url}/hooks/stripe")  # fmt: skip
    set_right(open_market)
    assert open_market.story.books.faults() == []
    assert open_market.story.books.faults_with(stripe.net()) == []


@pytest.fixture
def asih(market: Stage) -> Iterator[Visitor]:
    """Somebody at the last screen before paying."""
    with Visitor(market.market.url) as visitor:
        fill_cart(visitor, market.story.goods.pages)
        look_at_bill(visitor)
        yield visitor


def set_right(market: Stage) -> None:
    """Minutes later: the sweep has looked, and the worker has done what waited."""
    market.pass_time()
    work = "run-due-jobs --until-empty"
    market.market.in_turn(work, "reconcile --once", work, "check-invariants --json")


def order(visitor: Visitor) -> None:
    """Press pay; quick, and honest about what is not known."""
    visitor.send("^/bayar/kirim", cara="stripe")
    check(visitor)


def check(visitor: Visitor) -> None:
    assert visitor.page.status == 200, visitor.page.words[:400]
    assert visitor.page.seconds <= LONGEST_WAIT
    if "/pesanan/" in visitor.page.path:
        assert "gagal" not in visitor.page.words.lower()


def last_states(market: Stage) -> tuple[set[str], str]:
    """States of the newest group's orders, and of its newest payment."""
    rows = market.story.books.rows(
        """SELECT o.state, (SELECT p.state FROM payment p WHERE p.group_id = o.group_id
           ORDER BY p.id DESC LIMIT 1) AS paid FROM shop_order o
           WHERE o.group_id = (SELECT max(id) FROM order_group)"""
    )
    return {row["state"] for row in rows}, rows[0]["paid"]


@pytest.mark.parametrize(
    ("kind", "times"),
    [("refuse", 2), ("hang", 1), ("500", 1), ("500_after_effect", 1), ("drop_after_effect", 2),
     ("429", 1), ("409", 1)],
)  # fmt: skip
def test_a_pay_page_that_does_not_open_is_tried_again(
    market: Stage, asih: Visitor, stripe: Stripe, kind: str, times: int
) -> None:
    stripe.tell("fault", kind=kind, path=OPENING, times=times)
    order(asih)
    if "/pesanan/" in asih.page.path:
        assert "Kami sedang memeriksa pembayaran" in asih.page.words
        stripe.tell("no_faults")
        for _ in range(2):  # a failure that is kept for its key needs another attempt
            asih.send("/pesanan/.*/bayar$", cara="stripe")
            check(asih)
            if "/pay/" in asih.page.path:
                break
            set_right(market)
            asih.open(asih.page.path)
    pay(asih)
    check(asih)
    assert last_states(market) == ({"new"}, "paid")


@pytest.mark.parametrize("kind", ["refuse", "hang", "500", "garbage"])
def test_who_paid_is_told_to_wait_until_the_truth_is_known(
    market: Stage, asih: Visitor, stripe: Stripe, kind: str
) -> None:
    stripe.tell("webhooks", dropping=True)
    order(asih)
    stripe.tell("fault", kind=kind, path=READING, times=1)
    pay(asih)
    check(asih)
    assert "Kami sedang memeriksa pembayaran" in asih.page.words
    assert last_states(market) == ({"waiting"}, "open")
    stripe.tell("no_faults")
    set_right(market)
    assert "Pembayaran diterima" in asih.open(asih.page.path).words
    assert last_states(market) == ({"new"}, "paid")


def test_every_message_lost_and_nobody_came_back(
    market: Stage, asih: Visitor, stripe: Stripe
) -> None:
    stripe.tell("webhooks", dropping=True)
    order(asih)
    stripe.tell("pay", session=urlsplit(asih.page.url).path.rpartition("/")[2])
    assert last_states(market) == ({"waiting"}, "open")
    set_right(market)
    assert last_states(market) == ({"new"}, "paid")


@pytest.mark.parametrize("backwards", [False, True], ids=["in order", "backwards"])
def test_messages_that_come_five_times_change_nothing_more(
    market: Stage, asih: Visitor, stripe: Stripe, backwards: bool
) -> None:
    stripe.tell("webhooks", copies=5, holding=True)
    order(asih)
    stripe.tell("pay", session=urlsplit(asih.page.url).path.rpartition("/")[2])
    answers = stripe.tell("release", backwards=backwards)
    assert {status for _, _, status in answers} == {204}
    market.market.in_turn("run-due-jobs --until-empty")
    assert last_states(market) == ({"new"}, "paid")
    market.pass_time()
    before = market.story.books.everything()
    set_right(market)
    assert market.story.books.everything() == before


def test_a_forged_message_is_refused_and_changes_nothing(
    market: Stage, asih: Visitor, stripe: Stripe
) -> None:
    stripe.tell("webhooks", secret="whsec_of_somebody_else", holding=True,
                url=f"{market.market.url}/hooks/stripe")  # fmt: skip
    order(asih)
    stripe.tell("pay", session=urlsplit(asih.page.url).path.rpartition("/")[2])
    before = market.story.books.rows("SELECT count(*) AS n FROM provider_message")
    assert {status for _, _, status in stripe.tell("release")} == {400}
    unsigned = requests.post(f"{market.market.url}/hooks/stripe", b"{}", timeout=5)
    assert unsigned.status_code == 400
    assert market.story.books.rows("SELECT count(*) AS n FROM provider_message") == before
    assert last_states(market) == ({"waiting"}, "open")


def test_money_that_comes_after_the_buyer_gave_up_goes_back(
    market: Stage, asih: Visitor, stripe: Stripe
) -> None:
    stripe.tell("webhooks", dropping=True)
    order(asih)
    pay_page = asih.page.url
    asih.open(asih.page.links("/bayar/kembali/")[0])
    ours = asih.page.url.partition("?")[0]
    stripe.tell("fault", kind="refuse", path=CLOSING, times=3)
    asih.open(f"{ours}/batal")
    asih.send("/batal", button="Ya")
    assert last_states(market) == ({"cancelled"}, "cancelled")
    stripe.tell("pay", session=urlsplit(pay_page).path.rpartition("/")[2])
    stripe.tell("no_faults")
    set_right(market)
    assert last_states(market) == ({"cancelled"}, "paid")
    assert "Uang kembali" in asih.open(ours).words
