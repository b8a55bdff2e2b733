"""Stripe, whole: checkouts and refunds, holds and kept cards, disputes and transfers."""

from __future__ import annotations

from marketplace.adapters.stripe_cards import StripeCards
from marketplace.adapters.stripe_transfers import StripeTransfers
from marketplace.adapters.stripe_watch import StripeWatch


class StripeGateway(StripeCards, StripeWatch, StripeTransfers):
    """One account at Stripe behind every port that it can serve."""
