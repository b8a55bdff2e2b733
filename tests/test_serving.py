"""The application as the server takes it, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOOK = """
import gc, json
from marketplace.serving import app
from marketplace.core.db import db
with app.app_context():
    left = db.engine.pool.checkedin() + db.engine.pool.checkedout()
print(json.dumps({"connections": left, "frozen": gc.get_freeze_count()}))
"""


def test_a_warm_server_leaves_no_connection_to_its_children_and_starts_without_a_database(
    tmp_path: Path,
) -> None:
    empty = {
        **os.environ,
        "APP_ENV": "test",
        "INSTANCE": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}",
        "SECRET_KEY": "a-secret-of-the-tests-only-0123456789",
    }
    done = subprocess.run(
        [sys.executable, "-c", LOOK],
        cwd=ROOT,
        env=empty,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["connections"] == 0
    assert said["frozen"] > 100_000
