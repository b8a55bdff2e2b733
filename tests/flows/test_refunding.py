"""Money goes back through the provider: once, and by hand only when it surely did not."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.errors import NotFound
from marketplace.core.work import transaction
from marketplace.flows import reconcile, refunding, worker
from marketplace.orders import desk_queries, ending
from marketplace.orders.models import Alarm, Order, Refund
from tests import builders
from tests.flows.test_stripe_story import Buying, fresh
from tests.flows.test_stripe_story import begun as begun
from tests.flows.test_stripe_story import stripe as stripe
from tests.stand_ins.stripe_simulator import Simulator

SOON = timedelta(minutes=5)


@pytest.fixture
def promised(stripe: Simulator, begun: Buying) -> str:
    """Asih paid by card, and the shop has to give up: her refund, which nobody has sent yet."""
    stripe.account.pay(begun.reference)
    begun.come_back()
    with transaction():
        refund = ending.cancel_paid(
            fresh(select(Order.code))[0], ending.Actor("shop"), reason="Habis", now=clock.now()
        )
        assert refund is not None
        return refund.code


def test_a_provider_that_lets_nobody_look_has_refused_no_refund(
    stripe: Simulator, promised: str
) -> None:
    """It went back and the answer was lost: sent by hand as well, the buyer would have it twice."""
    stripe.faults.add("drop_after_effect", path="POST /v1/refunds", times=1)
    worker.run_due(until_empty=True)
    assert len(stripe.account.refunds) == 1
    stripe.faults.add("404", path="GET /v1/refunds", times=9)
    with time_machine.travel(clock.now() + SOON):
        worker.run_due(until_empty=True)
        assert reconcile.run(since=None).unreachable == 1
    assert fresh(select(Refund.state)) == ["asked"]
    with pytest.raises(NotFound):
        refunding.sent_by_hand(promised, by=builders.staff())
    assert desk_queries.refunds_by_hand() == []
    assert fresh(select(Alarm.kind)) == ["refund_unknown"]
    stripe.faults.clear()
    with time_machine.travel(clock.now() + 2 * SOON):
        assert reconcile.run(since=None).refunds == 1
    assert fresh(select(Refund.state)) == ["done"]
    assert len(stripe.account.refunds) == 1
    assert stripe.account.balance == 0
