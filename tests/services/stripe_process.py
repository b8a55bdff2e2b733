"""Our own Stripe as a process of its own, for markets that are processes too."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from tests.services.net import stop

ROOT = Path(__file__).parent.parent.parent
SECRET = "whsec_a_secret_for_tests"
OUR_CODES = ("payment_code", "hold_code", "charge_code")
GOOD_CARD, DECLINED_CARD = "4242424242424242", "4000000000000002"


@dataclass(frozen=True, slots=True)
class Stripe:
    """Where it listens; every switch of the simulator is reached by `tell`."""

    url: str

    @property
    def settings(self) -> dict[str, str]:
        """What a market has to know to use it."""
        return {
            "STRIPE_SECRET_KEY": "sk_test_of_the_tests",
            "STRIPE_WEBHOOK_SECRET": SECRET,
            "STRIPE_API_BASE": self.url,
        }

    def tell(self, name: str, /, **said: Any) -> Any:
        """Turn a switch, or read a list."""
        request = Request(f"{self.url}/_control/{name}", json.dumps(said).encode())  # noqa: S310
        with urlopen(request, timeout=60) as answer:  # noqa: S310 - our own server
            return json.loads(answer.read())

    def post_to(self, market_url: str, *, secret: str = SECRET) -> None:
        """Where its messages go."""
        self.tell("webhooks", url=f"{market_url}/hooks/stripe", secret=secret)

    def net(self) -> dict[str, int]:
        """Rupiah it holds for each payment, hold or charge of ours, after what went back."""
        held: dict[str, int] = {}
        for row in self.tell("audit"):
            codes = [row["metadata"].get(name) for name in OUR_CODES]
            code = next(filter(None, codes), "nobody")
            held[code] = held.get(code, 0) + (row["amount"] - row["refunded"]) // 100
        return held

    def balance(self) -> int:
        """Rupiah on the account, disputes and all."""
        return int(self.tell("balance")) // 100


@contextmanager
def stripe_process() -> Iterator[Stripe]:
    """Run one on a free port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.stand_ins.stripe_simulator"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        yield Stripe(process.stdout.readline().decode().strip())
    finally:
        stop(process)
        process.stdout.close()
