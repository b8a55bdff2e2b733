"""One laid market and one provider for all crash tests of a worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.services.stall import Stall, stall
from tests.services.stripe_process import Stripe, stripe_process


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stall]:
    """Two shops with their goods, to copy from."""
    with stall(tmp_path_factory.mktemp("stall")) as laid:
        yield laid


@pytest.fixture(scope="session")
def stripe() -> Iterator[Stripe]:
    """Our own Stripe as a process."""
    with stripe_process() as running:
        yield running
