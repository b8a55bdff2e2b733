"""localstripe: a Stripe that nobody here wrote, for payment intents, refunds and webhooks.

python -m tests.services.localstripe    installs it, and nothing else
"""

import json
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.services import own_venv
from tests.services.net import answers, free_port, stop, wait_until

REQUIREMENTS = Path(__file__).with_suffix(".txt")


@dataclass(frozen=True, slots=True)
class LocalStripe:
    """A running one: `url` is the API's address."""

    url: str

    def send_webhooks_to(self, url: str, secret: str) -> None:
        """Sign with this secret and post every event there, a second after it happened."""
        form = json.dumps({"url": url, "secret": secret}).encode()
        address = f"{self.url}/_config/webhooks/tests"
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(address, form, headers)  # noqa: S310  # our own process
        urllib.request.urlopen(request, timeout=5).close()  # noqa: S310


def ensure() -> Path:
    """Install localstripe where it is missing, and give its Python."""
    home = own_venv.ensure(
        "localstripe-1.15.10",
        "localstripe 1.15.10 (PyPI, GPL: run as a process, never imported)",
        lambda home: own_venv.make_venv(home, "-r", str(REQUIREMENTS)),
    )
    return home / "bin" / "python"


@contextmanager
def localstripe() -> Iterator[LocalStripe]:
    """Run an empty localstripe on a free port."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="guyub-localstripe-") as folder:
        process = subprocess.Popen(
            [ensure(), "-m", "localstripe", "--from-scratch", "--port", str(port)],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_until(lambda: answers(port), what="localstripe")
            yield LocalStripe(f"http://127.0.0.1:{port}")
        finally:
            stop(process)


if __name__ == "__main__":
    ensure()
