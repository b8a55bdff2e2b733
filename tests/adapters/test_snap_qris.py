"""The contract of a provider of QRIS codes with an amount, kept over SNAP's signed requests.

The stand-in checks each signature by the standard's own rule; the HMAC itself is held against a
vector of RFC 4231.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.adapters import snap_qris, snap_signatures
from marketplace.adapters.snap_qris import SnapKeys, SnapQris
from marketplace.core import clock
from marketplace.core.money import MAX_RUPIAH, Money
from marketplace.orders.ports import EventRefused, GatewayDown, GatewayRefused, RefundSide
from marketplace.orders.qris.ports import BillSide, QrisProvider
from tests.stand_ins.snap_provider import (
    CLIENT,
    MERCHANT,
    SECRET,
    SnapProvider,
    new_key,
    private_pem,
    public_pem,
)

OURS, THEIRS, STRANGERS = new_key(), new_key(), new_key()
AMOUNT = Money(56_123)
PATH = "/hooks/qris"
NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


@pytest.fixture
def provider() -> Iterator[SnapProvider]:
    stand_in = SnapProvider(OURS, THEIRS)
    yield stand_in
    stand_in.close()


def speaking_to(provider: SnapProvider, *, secret: str = SECRET, key: bytes = b"") -> SnapQris:
    keys = SnapKeys(
        client_id=CLIENT,
        client_secret=secret,
        private_pem=key or private_pem(OURS),
        provider_pem=public_pem(THEIRS),
        merchant_id=MERCHANT,
    )
    return SnapQris(base=provider.base, keys=keys, guard=lambda: None)


@pytest.fixture
def snap(provider: SnapProvider) -> QrisProvider:
    return speaking_to(provider)


def opened(snap: QrisProvider, code: str = "abcdefghjk") -> str:
    until = clock.now() + timedelta(minutes=30)
    return snap.open_bill(payment_code=code, amount=AMOUNT, expires_at=until).reference


# --- The contract ---------------------------------------------------------------------------------


def test_a_bill_is_opened_and_waits(snap: QrisProvider) -> None:
    until = clock.now() + timedelta(minutes=30)
    bill = snap.open_bill(payment_code="abcdefghjk", amount=AMOUNT, expires_at=until)
    assert bill.payload.startswith("000201")
    assert bill.expires_at == until
    reading = snap.read_bill(bill.reference, payment_code="abcdefghjk")
    assert (reading.side, reading.amount) == (BillSide.OPEN, AMOUNT)


def test_one_payment_has_one_bill(snap: QrisProvider) -> None:
    opened(snap)
    with pytest.raises(GatewayDown, match="key_mismatch"):
        opened(snap)


def test_what_was_paid_is_read_as_paid_and_cannot_be_cancelled(
    snap: QrisProvider, provider: SnapProvider
) -> None:
    reference = opened(snap)
    provider.pay(reference)
    assert snap.read_bill(reference, payment_code="abcdefghjk").side is BillSide.PAID
    closed = snap.cancel_bill(reference, payment_code="abcdefghjk", amount=AMOUNT)
    assert closed.side is BillSide.PAID


def test_a_bill_is_closed_once_and_for_all(snap: QrisProvider, provider: SnapProvider) -> None:
    reference = opened(snap)
    for _ in range(2):
        closed = snap.cancel_bill(reference, payment_code="abcdefghjk", amount=AMOUNT)
        assert closed.side is BillSide.ENDED
    second = opened(snap, "second2345")
    provider.expire(second)
    assert snap.read_bill(second, payment_code="second2345").side is BillSide.ENDED


def test_never_more_goes_back_than_came(snap: QrisProvider, provider: SnapProvider) -> None:
    reference = opened(snap)
    provider.pay(reference)

    def back(code: str, rupiah: int) -> RefundSide:
        reading = snap.refund(
            reference,
            payment_code="abcdefghjk",
            refund_code=code,
            amount=Money(rupiah),
            reason="Bahan habis",
        )
        return reading.side

    assert back("refund0001", 50_000) is RefundSide.DONE
    assert back("refund0001", 50_000) is RefundSide.DONE
    with pytest.raises(GatewayRefused):
        back("refund0002", 6_124)
    assert back("refund0002", 6_123) is RefundSide.DONE
    assert snap.read_bill(reference, payment_code="abcdefghjk").side is BillSide.BACK


def test_an_unknown_bill_is_a_definite_no(snap: QrisProvider) -> None:
    with pytest.raises(GatewayRefused):
        snap.read_bill("REF99", payment_code="abcdefghjk")


# --- Trouble --------------------------------------------------------------------------------------


def test_a_token_that_ended_is_renewed_once(snap: QrisProvider, provider: SnapProvider) -> None:
    reference = opened(snap)
    provider.tokens.append("somebody-else-took-a-token")
    assert snap.read_bill(reference, payment_code="abcdefghjk").side is BillSide.OPEN
    assert len(provider.tokens) == 3


def test_wrong_credentials_are_no_answer_about_money(provider: SnapProvider) -> None:
    for wrong in (
        speaking_to(provider, secret="not-the-secret"),
        speaking_to(provider, key=private_pem(STRANGERS)),
    ):
        with pytest.raises(GatewayDown, match="credentials"):
            opened(wrong)
    assert provider.bills == {}


def test_a_provider_in_trouble_is_left_alone_after_five_tries(provider: SnapProvider) -> None:
    snap = speaking_to(provider)
    opened(snap)
    provider.broken = 1
    with pytest.raises(GatewayDown, match="server_error"):
        snap.read_bill("REF1", payment_code="abcdefghjk")
    provider.close()
    for _ in range(5):
        with pytest.raises(GatewayDown, match="unreachable"):
            snap.read_bill("REF1", payment_code="abcdefghjk")
    with pytest.raises(GatewayDown, match="resting"):
        snap.read_bill("REF1", payment_code="abcdefghjk")


def test_the_network_is_never_asked_inside_a_transaction(provider: SnapProvider) -> None:
    def refuse() -> None:
        raise RuntimeError("no network inside a transaction")

    snap = speaking_to(provider)
    snap._guard = refuse
    with pytest.raises(RuntimeError, match="no network"):
        opened(snap)


# --- Messages -------------------------------------------------------------------------------------


def test_a_message_is_believed_when_it_is_theirs_and_fresh(
    snap: QrisProvider, provider: SnapProvider
) -> None:
    reference = opened(snap)
    provider.pay(reference)
    headers, body = provider.notice(reference, PATH, NOON)
    event = snap.read_notice(PATH, headers, body, now=NOON + timedelta(seconds=299))
    assert (event.object_reference, event.payment_code) == (reference, "abcdefghjk")
    assert event.kind == "qris.paid"
    for now, why in ((301, "too_old"), (-61, "too_new")):
        with pytest.raises(EventRefused, match=why):
            snap.read_notice(PATH, headers, body, now=NOON + timedelta(seconds=now))


def test_a_message_that_was_touched_or_forged_is_refused(
    snap: QrisProvider, provider: SnapProvider
) -> None:
    reference = opened(snap)
    headers, body = provider.notice(reference, PATH, NOON)
    touched = body.replace(b'"01"', b'"00"')
    forged = SnapProvider.notice.__get__(_Forger(provider))(reference, PATH, NOON)[0]
    for path, head, content, why in (
        (PATH, headers, touched, "wrong_signature"),
        ("/hooks/lain", headers, body, "wrong_signature"),
        (PATH, forged, body, "wrong_signature"),
        (PATH, {}, body, "no_signature"),
        (PATH, {**headers, "X-TIMESTAMP": "kemarin"}, body, "wrong_signature"),
        (PATH, headers, b"no json", "wrong_signature"),
        (PATH, headers, b"[" * 100_000, "wrong_signature"),
        (PATH, headers, b"x" * 2_000_000, "too_large"),
    ):
        with pytest.raises(EventRefused, match=why):
            snap.read_notice(path, head, content, now=NOON)


class _Forger:
    """Somebody with a key of his own who knows the bills."""

    def __init__(self, provider: SnapProvider) -> None:
        self.bills, self._own = provider.bills, STRANGERS


# --- Words of the wire ----------------------------------------------------------------------------


@given(st.integers(1, MAX_RUPIAH))
def test_an_amount_comes_back_as_it_went(rupiah: int) -> None:
    assert snap_qris.read(snap_qris.written(Money(rupiah))) == Money(rupiah)


def test_the_golden_amount_of_the_standard() -> None:
    assert snap_qris.written(Money(10_000)) == {"value": "10000.00", "currency": "IDR"}


@pytest.mark.parametrize(
    "wrong",
    [None, {}, {"value": "1.50", "currency": "IDR"}, {"value": "1", "currency": "USD"},
     {"value": "-1.00", "currency": "IDR"}, {"value": "1e3", "currency": "IDR"}],
)  # fmt: skip
def test_an_amount_we_never_asked_for_is_unreadable(wrong: object) -> None:
    with pytest.raises(GatewayDown, match="unreadable"):
        snap_qris.read(wrong)


def test_the_words_that_are_signed_are_those_of_the_standard() -> None:
    body = b'{ "a": 1,\n "b": "x y" }'
    digest = hashlib.sha256(b'{"a":1,"b":"x y"}').hexdigest()
    at = snap_signatures.stamp(NOON)
    assert at == "2026-11-21T12:00:00+07:00"
    words = snap_signatures.service_string("post", "/v1.0/qr/qr-mpm-generate", "T", body, at)
    assert words == f"POST:/v1.0/qr/qr-mpm-generate:T:{digest}:{at}"
    assert snap_signatures.token_string("C", at) == f"C|{at}"


def test_only_the_spaces_between_the_parts_go_before_signing() -> None:
    """Others escape slashes and write figures in their own way; what they signed stays theirs."""
    body = b'{ "url": "https:\\/\\/x.id\\u00e9",\n\t"said \\" ": " a  b ", "fee": 10.00 }'
    small = b'{"url":"https:\\/\\/x.id\\u00e9","said \\" ":" a  b ","fee":10.00}'
    assert snap_signatures.minified(body) == small
    assert snap_signatures.minified(small) == small


def test_the_signature_of_a_secret_is_hmac_with_sha_512() -> None:
    """Test case 2 of RFC 4231."""
    expected = bytes.fromhex(
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
        "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
    )
    signed = snap_signatures.by_secret("what do ya want for nothing?", "Jefe")
    assert base64.b64decode(signed) == expected
