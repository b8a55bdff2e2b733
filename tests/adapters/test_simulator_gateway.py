"""The demo's simulator: two processes agree, and a crash forgets nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from marketplace.adapters.simulator_gateway import SimulatorGateway
from marketplace.core.money import Money
from marketplace.orders.ports import EventRefused, GatewayDown, GatewayRefused, PaymentSide
from tests.adapters.conftest import SECRET, checkout, no_guard

ROOT = Path(__file__).parent.parent.parent
PAY_AND_HANG = """
import sys
from pathlib import Path
from marketplace.adapters.simulator_gateway import SimulatorGateway
gateway = SimulatorGateway(Path(sys.argv[1]), secret=sys.argv[2], guard=lambda: None)
gateway.pay(sys.argv[3])
print("paid", flush=True)
sys.stdin.read()
"""


def simulator(file: Path) -> SimulatorGateway:
    return SimulatorGateway(file, secret=SECRET, guard=no_guard, base_url="http://localhost/")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "new" / "simulator.db"


def test_what_was_paid_stays_paid_after_kill_9(file: Path) -> None:
    ours = simulator(file)
    page = ours.open_checkout(**checkout())
    command = [sys.executable, "-c", PAY_AND_HANG, str(file), SECRET, page.reference]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"paid\n"
        process.send_signal(signal.SIGKILL)
    assert ours.read_checkout(page.reference).side is PaymentSide.PAID
    assert simulator(file).pending_events() != []


def test_many_at_once_pay_once_and_refund_never_too_much(file: Path) -> None:
    page = simulator(file).open_checkout(**checkout())
    ended: list[str] = []

    def rush(number: int) -> None:
        gateway = simulator(file)
        gateway.pay(page.reference)
        payment = gateway.read_checkout(page.reference).payment_reference
        try:
            gateway.refund(
                key=f"refund:{number}:1",
                payment_reference=str(payment),
                refund_code=f"r{number}",
                amount=Money(60_000),
                reason="",
            )
            ended.append("back")
        except GatewayRefused:
            ended.append("no")

    threads = [threading.Thread(target=rush, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["back", "back", "no", "no", "no", "no", "no", "no"]


def test_the_pay_page_shows_what_is_paid_for_and_where_to_go_on(file: Path) -> None:
    gateway, words = simulator(file), checkout()
    page = gateway.open_checkout(**words)
    assert page.url == f"http://localhost/simulator/bayar/{page.reference}"
    shown = gateway.look(page.reference)
    assert (shown.amount, shown.description) == (words["amount"], words["description"])
    assert (shown.side, shown.declined) == (PaymentSide.OPEN, False)
    assert gateway.decline(page.reference).declined
    assert gateway.abandon(page.reference).cancel_url == words["cancel_url"]
    paid = gateway.pay(page.reference)
    assert (paid.side, paid.success_url) == (PaymentSide.PAID, words["success_url"])
    assert gateway.decline(page.reference).side is PaymentSide.PAID


def test_an_unknown_page_is_refused(file: Path) -> None:
    with pytest.raises(GatewayRefused):
        simulator(file).pay("sim_nobody")


def test_a_message_comes_again_until_our_hook_takes_it(file: Path) -> None:
    gateway = simulator(file)
    page = gateway.open_checkout(**checkout())
    gateway.pay(page.reference)
    heard: list[str | None] = []

    def post(body: bytes, signature: str, *, status: int) -> int:
        event = gateway.read_event(body, signature, now=datetime.now(UTC))
        heard.append(event.object_reference)
        return status

    assert gateway.deliver(lambda body, signature: post(body, signature, status=503)) == 0
    assert gateway.deliver(lambda body, signature: post(body, signature, status=204)) == 1
    assert gateway.deliver(lambda body, signature: post(body, signature, status=204)) == 0
    assert heard == [page.reference, page.reference]


def test_a_message_signed_by_somebody_else_is_refused(file: Path) -> None:
    gateway = simulator(file)
    gateway.pay(gateway.open_checkout(**checkout()).reference)
    (event,) = gateway.pending_events()
    other = SimulatorGateway(file, secret="another secret of tests", guard=no_guard)
    for body, gateway_asked in ((event.body, other), (event.body + b" ", gateway)):
        with pytest.raises(EventRefused) as refused:
            gateway_asked.read_event(body, event.signature, now=datetime.now(UTC))
        assert refused.value.code == "wrong_signature"


def test_a_short_secret_is_refused_at_the_start(file: Path) -> None:
    with pytest.raises(ValueError, match="16 characters"):
        SimulatorGateway(file, secret="short", guard=no_guard)


def test_a_file_that_cannot_be_read_is_a_provider_that_is_down(file: Path) -> None:
    gateway = simulator(file)
    file.unlink()
    file.mkdir()
    with pytest.raises(GatewayDown):
        gateway.look("sim_1")
