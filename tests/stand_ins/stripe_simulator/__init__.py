"""Our own Stripe for tests: remembers, refuses, repeats and misbehaves like the real one.

    with stripe_simulator() as stripe:
        gateway = StripeGateway(api_key="sk_test_x", api_base=stripe.url, ...)
        stripe.webhooks.register("http://127.0.0.1:8000/hooks/stripe", "whsec_x")
        stripe.faults.add("drop_after_effect", path="/v1/checkout/sessions")
        stripe.account.pay(session_id, card=GOOD_CARD)
        assert stripe.account.audit() == [...]

Run it alone with `python -m tests.stand_ins.stripe_simulator --port 12111`; everything above is
then reached over HTTP under `/_control/`. What it answers is checked against Stripe's own
document by the validating client; what it decides follows Stripe's written rules.
"""

from tests.stand_ins.stripe_simulator.account import Account
from tests.stand_ins.stripe_simulator.cards import (
    BROKE_CARD,
    BROKE_LATER_CARD,
    DECLINED_CARD,
    GOOD_CARD,
    SHOW_ME_CARD,
    SLOW_BAD_CARD,
    SLOW_CARD,
)
from tests.stand_ins.stripe_simulator.faults import Faults
from tests.stand_ins.stripe_simulator.server import Simulator, stripe_simulator
from tests.stand_ins.stripe_simulator.webhooks import Webhooks

__all__ = [
    "BROKE_CARD",
    "BROKE_LATER_CARD",
    "DECLINED_CARD",
    "GOOD_CARD",
    "SHOW_ME_CARD",
    "SLOW_BAD_CARD",
    "SLOW_CARD",
    "Account",
    "Faults",
    "Simulator",
    "Webhooks",
    "stripe_simulator",
]
