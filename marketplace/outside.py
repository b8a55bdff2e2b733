"""The adapters to the world outside, built once from the settings and handed to the flows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

from marketplace.adapters.mailer import Mailer, open_mailer
from marketplace.adapters.simulator_gateway import SimulatorGateway
from marketplace.config import Config
from marketplace.core import work
from marketplace.orders.card_ports import CardGateway
from marketplace.orders.payout_ports import PayoutGateway
from marketplace.orders.ports import PaymentGateway
from marketplace.orders.watch_ports import WatchGateway
from media.factory import S3Settings, open_storage
from media.storage import Storage


class Gateway(PaymentGateway, CardGateway, WatchGateway, PayoutGateway, Protocol):
    """A provider that takes money, keeps cards, lets us keep watch, and pays the makers."""


@dataclass(frozen=True)
class Outside:
    """Everything beyond our own database."""

    config: Config
    payments: Mapping[str, Gateway]  # by provider; bank transfer needs nobody outside
    mail: Mailer
    storage: Storage


_outside: Outside | None = None


def outside() -> Outside:
    """The adapters of this process."""
    if _outside is None:
        raise RuntimeError("the house is not open yet")
    return _outside


def open_outside(config: Config) -> Outside:
    """Build the adapters; a library that no setting asks for is never loaded."""
    global _outside
    _outside = Outside(
        config=config,
        payments=_gateways(config),
        mail=open_mailer(config),
        storage=_storage(config),
    )
    return _outside


def _gateways(config: Config) -> dict[str, Gateway]:
    found: dict[str, Gateway] = {}
    if config.stripe_secret_key:
        # loaded by name: the library costs every process 25 MB, and most markets have no key
        module: Any = import_module("marketplace.adapters.stripe_gateway")
        found["stripe"] = module.StripeGateway(
            api_key=config.stripe_secret_key,
            webhook_secrets=config.stripe_webhook_secret,
            guard=work.refuse_when_open,
            api_base=config.stripe_api_base or None,
            account=config.stripe_account or None,
        )
    if config.simulator:
        found["simulator"] = SimulatorGateway(
            config.instance / "simulator" / "payments.sqlite3",
            secret=config.secret_key,
            guard=work.refuse_when_open,
            base_url=config.base_url,
        )
    return found


def _storage(config: Config) -> Storage:
    if not config.s3_bucket:
        return open_storage(root=config.media_root, base_url=config.media_url)
    return open_storage(
        s3=S3Settings(
            bucket=config.s3_bucket,
            endpoint_url=config.s3_endpoint_url or None,
            region=config.s3_region,
            access_key=config.s3_access_key,
            secret_key=config.s3_secret_key,
            public_base_url=config.s3_public_url,
        )
    )
