"""The world around: calls that fail, messages that come as they like, time, and the jobs."""

from __future__ import annotations

from datetime import timedelta

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from marketplace.core import clock
from marketplace.flows import daily, provider_messages, reconcile, worker
from tests.machine.market import Market
from tests.machine.things import must

FAULTS = ("refuse", "hang", "500", "500_after_effect", "drop_after_effect", "429", "409", "garbage")
CALLS = (
    "POST /v1/checkout/sessions$",
    "GET /v1/checkout/sessions/",
    "/expire",
    "/v1/refunds",
    "/v1/disputes",
    "/v1/transfers",
)
WAITS = (timedelta(minutes=3),) * 4 + (
    timedelta(minutes=31),
    timedelta(hours=3),
    timedelta(days=2),
    timedelta(days=8),
)
FORGED = (
    b"{}",
    b'{"type": "checkout.session.completed"}',
    b'{"id": "evt_1", "object": "event", "type": "charge.refunded", "livemode": false}',
)


class Hours(Market):
    """Nobody's doing."""

    @rule(kind=st.sampled_from(FAULTS), path=st.sampled_from(CALLS), times=st.integers(1, 4))
    def provider_will_fail(self, kind: str, path: str, times: int) -> None:
        self.stripe.faults.add(kind, path=path, times=times)

    @precondition(lambda self: self.stripe.faults._waiting)
    @rule()
    def trouble_is_over(self) -> None:
        self.stripe.faults.clear()

    @precondition(lambda self: self.stripe._under_way)
    @rule()
    def late_calls_arrive(self) -> None:
        """What we gave up waiting for is carried out after all."""
        self.stripe.arrive()

    @precondition(lambda self: self.stripe.webhooks.held)
    @rule(data=st.data(), copies=st.integers(1, 3), kept=st.booleans())
    def message_arrives(self, data: st.DataObject, copies: int, kept: bool) -> None:
        """In any order, more than once, and again later when `kept`."""
        event = self.pick(data, self.stripe.webhooks.held)
        assert event
        if not kept:
            self.stripe.webhooks.held.remove(event)
        body, signature = self.stripe.webhooks.signed(event)
        for _ in range(copies):
            must(self._posted(body, signature) == 204, f"not taken: {event['type']}")

    @precondition(lambda self: self.stripe.webhooks.held)
    @rule()
    def all_messages_arrive(self) -> None:
        held, self.stripe.webhooks.held = self.stripe.webhooks.held, []
        for event in held:
            provider_messages.hear("stripe", *self.stripe.webhooks.signed(event))

    @precondition(lambda self: self.stripe.webhooks.held)
    @rule(lost=st.integers(1, 20))
    def messages_are_lost(self, lost: int) -> None:
        del self.stripe.webhooks.held[:lost]

    @rule(body=st.sampled_from(FORGED))
    def forged_message_is_refused(self, body: bytes) -> None:
        stamp = int(clock.now().timestamp())
        must(self._posted(body, f"t={stamp},v1={'0' * 64}") == 400, "a forged message was believed")

    def _posted(self, body: bytes, signature: str) -> int:
        headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
        return self.stage.client.post("/hooks/stripe", data=body, headers=headers).status_code

    @rule(wait=st.sampled_from(WAITS))
    def time_passes(self, wait: timedelta) -> None:
        self.pass_time(wait)

    @rule()
    def worker_works(self) -> None:
        self.pass_time(timedelta(seconds=31))  # the breaker's rest is over
        worker.run_due(until_empty=True)

    @rule(round_=st.sampled_from(["due", "due", "recent", "hourly", "daily"]))
    def reconciler_looks(self, round_: str) -> None:
        {
            "due": reconcile.see_what_is_due,
            "recent": reconcile.reconcile_recent,
            "hourly": reconcile.reconcile_hourly,
            "daily": reconcile.reconcile_daily,
        }[round_]()

    @rule()
    def rounds_are_promised(self) -> None:
        """What happens by itself becomes jobs, and the worker does them."""
        self.pass_time(timedelta(seconds=31))
        if daily.promise_due():
            self.account.lapse()
        worker.run_due(until_empty=True)
