"""Our own Stripe keeps Stripe's written rules; otherwise what we prove with it proves nothing."""

from __future__ import annotations

import itertools
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.adapters.conftest import SECRET, Desk, checkout, make_stripe
from tests.stand_ins.hook import Hook, listening_hook
from tests.stand_ins.stripe_simulator import BROKE_CARD, Simulator
from tests.stand_ins.stripe_simulator.webhooks import reversed_order
from tests.stand_ins.stripe_spec import check_answer, check_object

KEY = {"Authorization": "Bearer sk_test_1"}
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def hook() -> Iterator[Hook]:
    with listening_hook() as hook:
        yield hook


def raw(side: Simulator, path: str, form: dict[str, Any], key: str | None = None) -> Any:
    headers = KEY | ({"Idempotency-Key": key} if key else {})
    return requests.post(f"{side.url}{path}", data=form, headers=headers, timeout=5)


def form(**changes: Any) -> dict[str, Any]:
    words = checkout()
    return {
        "mode": "payment",
        "line_items[0][quantity]": 1,
        "line_items[0][price_data][currency]": "idr",
        "line_items[0][price_data][unit_amount]": 15_000_000,
        "line_items[0][price_data][product_data][name]": "Keripik",
        "success_url": words["success_url"],
        "cancel_url": words["cancel_url"],
    } | changes


SESSIONS = "/v1/checkout/sessions"


def test_a_key_repeats_its_first_answer_and_says_so(stripe_side: Simulator) -> None:
    first = raw(stripe_side, SESSIONS, form(), "k1")
    again = raw(stripe_side, SESSIONS, form(), "k1")
    assert first.json() == again.json()
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_key_with_other_words_is_an_idempotency_error(stripe_side: Simulator) -> None:
    raw(stripe_side, SESSIONS, form(), "k1")
    other = raw(stripe_side, SESSIONS, form(locale="id"), "k1")
    assert (other.status_code, other.json()["error"]["type"]) == (400, "idempotency_error")


def test_a_failure_of_stripe_is_repeated_for_its_key(stripe_side: Simulator) -> None:
    stripe_side.faults.add("500")
    assert raw(stripe_side, SESSIONS, form(), "k1").status_code == 500
    assert raw(stripe_side, SESSIONS, form(), "k1").status_code == 500
    assert raw(stripe_side, SESSIONS, form(), "k2").status_code == 200


def test_a_request_that_was_wrong_leaves_its_key_free(stripe_side: Simulator) -> None:
    assert raw(stripe_side, SESSIONS, form(mode="pay"), "k1").status_code == 400
    assert raw(stripe_side, SESSIONS, form(), "k1").status_code == 200


def test_a_refusal_while_acting_is_kept_for_its_key(stripe_side: Simulator) -> None:
    session = stripe_side.account.pay(raw(stripe_side, SESSIONS, form()).json()["id"])
    refund = {"payment_intent": session["payment_intent"], "amount": 15_000_001}
    first = raw(stripe_side, "/v1/refunds", refund, "r1")
    assert first.status_code == 400
    assert raw(stripe_side, "/v1/refunds", refund, "r1").headers["Idempotent-Replayed"] == "true"


def test_no_request_without_a_key_of_the_account(stripe_side: Simulator) -> None:
    answer = requests.get(f"{stripe_side.url}/v1/events", timeout=5)
    assert answer.status_code == 401
    check_answer("get", "/v1/events", 401, answer.json())


def test_every_list_and_object_is_one_that_stripe_could_give(stripe_side: Simulator) -> None:
    account = stripe_side.account
    for card in (BROKE_CARD, "4242424242424242"):
        identity = raw(stripe_side, SESSIONS, form()).json()["id"]
        account.pay(identity, card=card)
    payment = account.sessions[identity]["payment_intent"]
    raw(stripe_side, "/v1/refunds", {"payment_intent": payment, "amount": 100})
    for name in ("checkout/sessions", "payment_intents", "charges", "refunds", "events"):
        answer = requests.get(
            f"{stripe_side.url}/v1/{name}?limit=100", headers=KEY, timeout=5
        ).json()
        check_answer("get", f"/v1/{name}", 200, answer)
        assert answer["data"]
        for thing in answer["data"]:
            path = f"/v1/{name}/{thing['id']}"
            one = requests.get(f"{stripe_side.url}{path}", headers=KEY, timeout=5)
            check_answer("get", path, 200, one.json())
    for event in account.events.values():
        check_object(event["data"]["object"]["object"], event["data"]["object"])


def test_the_pay_page_declines_takes_money_and_sends_the_buyer_back(
    stripe_side: Simulator,
) -> None:
    page = raw(stripe_side, SESSIONS, form()).json()["url"]
    assert "Rp150000" in requests.get(page, timeout=5).text
    declined = requests.post(page, {"card": BROKE_CARD}, timeout=5)
    assert "ditolak" in declined.text
    assert stripe_side.account.audit() == []
    good = requests.post(page, {"card": "4242424242424242"}, timeout=5, allow_redirects=False)
    assert (good.status_code, good.headers["Location"]) == (303, checkout()["success_url"])
    assert requests.get(page, timeout=5).status_code == 410
    assert len(stripe_side.account.audit()) == 1


def test_messages_arrive_signed_and_in_order(
    stripe_desk: Desk, stripe_side: Simulator, hook: Hook
) -> None:
    stripe_side.webhooks.register(hook.url, SECRET)
    stripe_desk.pay(stripe_desk.open().reference)
    stripe_side.webhooks.settle()
    assert hook.kinds == [event["type"] for event in stripe_side.account.events.values()]
    assert {sent.status for sent in stripe_side.webhooks.sent} == {204}


def test_messages_come_twice_backwards_or_never_when_asked(
    stripe_desk: Desk, stripe_side: Simulator, hook: Hook
) -> None:
    webhooks = stripe_side.webhooks
    webhooks.register(hook.url, SECRET)
    webhooks.holding = True
    stripe_desk.pay(stripe_desk.open("pay:1:1").reference)
    assert hook.got == []
    webhooks.copies = 2
    happened = [event["type"] for event in webhooks.held]
    webhooks.release(reversed_order)
    doubled = itertools.chain.from_iterable((kind, kind) for kind in reversed(happened))
    assert hook.kinds == list(doubled)
    webhooks.holding, webhooks.dropping = False, True
    stripe_desk.pay(stripe_desk.open("pay:2:1").reference)
    webhooks.settle()
    assert len(hook.got) == 2 * len(happened)


def test_a_hook_that_fails_or_is_away_is_noted(
    stripe_desk: Desk, stripe_side: Simulator, hook: Hook
) -> None:
    hook.status = 500
    stripe_side.webhooks.register(hook.url, SECRET)
    stripe_desk.gateway.expire_checkout(stripe_desk.open("pay:1:1").reference)
    stripe_side.webhooks.settle()
    stripe_side.webhooks.register("http://127.0.0.1:9/", SECRET)
    stripe_desk.gateway.expire_checkout(stripe_desk.open("pay:2:1").reference)
    stripe_side.webhooks.settle()
    assert [sent.status for sent in stripe_side.webhooks.sent] == [500, 0]


def test_it_runs_in_a_process_of_its_own_with_every_switch_over_http() -> None:
    command = [sys.executable, "-m", "tests.stand_ins.stripe_simulator"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()

        def turn(name: str, **said: Any) -> Any:
            answer = requests.post(f"{url}/_control/{name}", json=said, timeout=5)
            assert answer.status_code == 200, answer.text
            return answer.json()

        gateway = make_stripe(url)
        turn("webhooks", url="http://127.0.0.1:9/", secret=SECRET, holding=True, copies=2)
        page = gateway.open_checkout(**checkout())
        turn("pay", session=page.reference)
        assert [charge["amount"] for charge in turn("audit")] == [15_000_000]
        assert {status for _, _, status in turn("release", backwards=True)} == {0}
        turn("fault", kind="500", path="GET", times=3)
        turn("no_faults")
        turn("advance", seconds=7200)
        assert len(turn("sessions")) == 1
        turn("forget")
        assert turn("audit") == []
        wrong = requests.post(f"{url}/_control/nothing", json={}, timeout=5)
        assert wrong.status_code == 400
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
