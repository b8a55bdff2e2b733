"""A message from outside changes nothing unless its signature is right, fresh and for us."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stripe import WebhookSignature

from marketplace.adapters.signed_events import MAX_BODY, MAX_HEADER, check_signature, sign
from marketplace.adapters.stripe_gateway import StripeGateway
from marketplace.orders.ports import EventRefused
from tests.adapters.conftest import make_stripe

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
OLD, NEW = "whsec_the_old_one", "whsec_the_new_one"
GONE = "http://127.0.0.1:9"


def event(**changes: Any) -> bytes:
    said = {
        "id": "evt_1",
        "object": "event",
        "type": "checkout.session.completed",
        "created": int(NOON.timestamp()),
        "livemode": False,
        "data": {"object": {"id": "cs_test_1", "object": "checkout.session"}},
    }
    return json.dumps(said | changes).encode()


def listening(**changes: Any) -> StripeGateway:
    return make_stripe(GONE, webhook_secrets=(OLD, NEW), **changes)


def refusal(gateway: StripeGateway, body: bytes, header: str, now: datetime = NOON) -> str:
    with pytest.raises(EventRefused) as refused:
        gateway.read_event(body, header, now=now)
    return str(refused.value.code)


def test_a_true_message_is_read() -> None:
    body = event()
    read = listening().read_event(body, sign(body, NEW, at=NOON), now=NOON)
    assert (read.id, read.kind) == ("evt_1", "checkout.session.completed")
    assert (read.object_reference, read.created_at) == ("cs_test_1", NOON)


def test_both_secrets_are_believed_while_they_are_being_changed() -> None:
    body = event()
    for secret in (OLD, NEW):
        assert listening().read_event(body, sign(body, secret, at=NOON), now=NOON).id == "evt_1"


def test_one_right_signature_among_several_is_enough() -> None:
    body = event()
    header = sign(body, "whsec_other", at=NOON) + "," + sign(body, OLD, at=NOON).split(",")[1]
    assert listening().read_event(body, header + ",v0=old", now=NOON).id == "evt_1"


def test_our_signatures_and_those_of_stripes_library_agree() -> None:
    body = event()
    stamp = int(NOON.timestamp())
    theirs = WebhookSignature.generate_signature_header(body.decode(), NEW, stamp)
    assert theirs == sign(body, NEW, at=NOON)


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("", "no_signature"),
        ("v1=abc", "no_signature"),
        ("t=1795237200", "no_signature"),
        ("t=soon,v1=abc", "no_signature"),
        ("t=-5,v1=abc", "no_signature"),
        ("t=1,t=2,v1=abc", "no_signature"),
        ("t=99999999999999999999,v1=abc", "no_signature"),
        ("t=٣,v1=abc", "no_signature"),
        ("t=1795237200,v1=abc", "wrong_signature"),
        ("t=1795237200," + "v1=abc," * 2000, "no_signature"),
        (",,,==", "no_signature"),
    ],
)
def test_a_missing_or_broken_signature_is_refused(header: str, reason: str) -> None:
    assert refusal(listening(), event(), header) == reason


def test_a_changed_or_rewritten_body_is_refused() -> None:
    body = event()
    header = sign(body, NEW, at=NOON)
    assert refusal(listening(), body.replace(b"evt_1", b"evt_2"), header) == "wrong_signature"
    rewritten = json.dumps(json.loads(body), separators=(",", ":")).encode()
    assert refusal(listening(), rewritten, header) == "wrong_signature"


@pytest.mark.parametrize(
    ("seconds", "reason"),
    [(-301, "too_old"), (-86400, "too_old"), (61, "too_new"), (86400, "too_new")],
)
def test_a_message_from_another_time_is_refused(seconds: int, reason: str) -> None:
    body = event()
    header = sign(body, NEW, at=NOON + timedelta(seconds=seconds))
    assert refusal(listening(), body, header) == reason


@pytest.mark.parametrize("seconds", [-300, 0, 60])
def test_clocks_may_differ_a_little(seconds: int) -> None:
    body = event()
    header = sign(body, NEW, at=NOON + timedelta(seconds=seconds))
    assert listening().read_event(body, header, now=NOON).id == "evt_1"


def test_a_message_over_a_mebibyte_is_refused_before_it_is_read() -> None:
    body = b" " * (MAX_BODY + 1)
    assert refusal(listening(), body, sign(body, NEW, at=NOON)) == "too_large"


def test_a_message_and_a_signature_of_the_longest_length_are_read() -> None:
    body = event()
    body += b" " * (MAX_BODY - len(body))
    header = sign(body, NEW, at=NOON) + ",v0="
    header += "0" * (MAX_HEADER - len(header))
    assert listening().read_event(body, header, now=NOON).id == "evt_1"
    assert refusal(listening(), body, header + "0") == "no_signature"


def test_the_time_of_a_signature_has_twelve_digits_at_most() -> None:
    body, stamp = event(), int(NOON.timestamp())
    for digits, believed in ((12, True), (13, False)):
        written = sign(body, NEW, at=NOON).replace(f"t={stamp}", f"t={stamp:0{digits}}")
        if believed:
            assert listening().read_event(body, written, now=NOON).id == "evt_1"
        else:
            assert refusal(listening(), body, written) == "no_signature"


@pytest.mark.parametrize("name", ["e", "e" * 255])
def test_the_shortest_and_the_longest_name_are_read(name: str) -> None:
    body = event(id=name)
    assert listening().read_event(body, sign(body, NEW, at=NOON), now=NOON).id == name


def test_a_message_says_which_of_our_payments_it_is_about() -> None:
    thing = {"id": "cs_test_1", "metadata": {"payment_code": "7f3k2qd9xw"}}
    body = event(data={"object": thing})
    read = listening().read_event(body, sign(body, NEW, at=NOON), now=NOON)
    assert read.payment_code == "7f3k2qd9xw"
    assert (
        listening().read_event(event(), sign(event(), NEW, at=NOON), now=NOON).payment_code is None
    )


def test_test_money_and_real_money_never_mix() -> None:
    body = event(livemode=True)
    header = sign(body, NEW, at=NOON)
    assert refusal(listening(), body, header) == "wrong_mode"
    live = listening(api_key="rk_live_of_nobody")
    assert live.read_event(body, header, now=NOON).livemode is True
    assert refusal(live, event(), sign(event(), NEW, at=NOON)) == "wrong_mode"


def test_a_message_for_another_account_is_refused() -> None:
    body = event(account="acct_other")
    header = sign(body, NEW, at=NOON)
    assert refusal(listening(), body, header) == "wrong_account"
    assert refusal(listening(account="acct_ours"), body, header) == "wrong_account"
    other = listening(account="acct_other")
    assert other.read_event(body, header, now=NOON).account == "acct_other"


def test_unknown_kinds_and_thin_messages_are_read_so_that_they_can_be_put_aside() -> None:
    thin = json.dumps(
        {
            "id": "evt_thin",
            "object": "v2.core.event",
            "type": "v1.something.new",
            "created": "2026-11-21T05:00:00.000Z",
            "livemode": False,
            "related_object": {"id": "obj_1", "type": "something", "url": "/v1/x"},
        }
    ).encode()
    read = listening().read_event(thin, sign(thin, NEW, at=NOON), now=NOON)
    assert (read.kind, read.object_reference, read.created_at) == (
        "v1.something.new",
        "obj_1",
        NOON,
    )
    bare = event(type="balance.available", data={"object": {"object": "balance"}})
    read = listening().read_event(bare, sign(bare, NEW, at=NOON), now=NOON)
    assert read.object_reference is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"{}",
        b"[" * 100_000,
        event(id=""),
        event(id="e" * 256),
        event(id=7),
        event(livemode="false"),
        event(livemode=None),
        event(object="charge"),
        event(created="yesterday"),
        event(created=10**40),
        event(data={"object": {"id": 5}}),
        event(data="x"),
        event(account=["acct_ours"]),
    ],
)
def test_a_signed_message_that_is_no_event_is_refused(body: bytes) -> None:
    assert refusal(listening(), body, sign(body, NEW, at=NOON)) == "not_an_event"


@given(st.binary(max_size=200), st.text(max_size=200))
def test_whatever_arrives_is_refused_and_nothing_breaks(body: bytes, header: str) -> None:
    with pytest.raises(EventRefused):
        check_signature(body, header, [OLD, NEW], now=NOON)
