"""Measure: `python -m bench [--sizes 10000,100000] [--seconds 8] [--races 20] [--write]`.

Starts PostgreSQL, fills it, serves our market and the bare reference as production would, and lets
one client do the same work with both, task by task in turn, so that a machine whose own speed moves
is as kind to the one as to the other. Server and database share one processor, the client has the
other: milliseconds of processor time can be compared on a busy machine too.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench import goals, table
from marketplace.cli.serve import ENVIRONMENT
from tests.services.net import answers, free_port, stop, wait_until
from tests.services.postgres import POSTGRES_BIN_PATH, Server, postgres

ROOT = Path(__file__).parent.parent
REFERENCE = Path(__file__).parent / "reference"
SETTINGS = {
    "shared_buffers": "2GB",
    "effective_cache_size": "6GB",
    "work_mem": "16MB",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "max_connections": "600",
    "shared_preload_libraries": "pg_stat_statements",
}


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--sizes", default="10000,100000")
    words.add_argument("--seconds", default="8")
    words.add_argument("--repeat", type=int, default=3)
    words.add_argument("--races", type=int, default=20)
    words.add_argument("--tasks", default=",".join(goals.TASKS))
    words.add_argument("--write", action="store_true", help="write docs/performance.md")
    said = words.parse_args()
    sizes = [int(size) for size in said.sizes.split(",")]
    with tempfile.TemporaryDirectory(prefix="guyub-bench-") as folder:
        results = Path(folder) / "results.jsonl"
        with postgres(durable=True, settings=SETTINGS) as server:
            os.sched_setaffinity(server.pid, {0})
            with ExitStack() as open_until_the_end:
                rivals = [
                    rival
                    for size in sizes
                    for rival in _serve(server, size, Path(folder), open_until_the_end)
                ]
                _measure(server, rivals, said, results)
        runs = goals.read(results)
    labels = [_label(size) for size in sizes]
    page = table.page(runs, labels, goals.judge(runs, labels), now=datetime.now(UTC))
    print(page)
    if said.write:
        (ROOT / "docs" / "performance.md").write_text(page)
    return 0


@dataclass(frozen=True)
class Rival:
    """A server that stands ready: whose it is, how much it holds, and where it is asked."""

    target: str
    label: str
    pid: int
    env: dict[str, str]


def _serve(server: Server, size: int, folder: Path, until: ExitStack) -> list[Rival]:
    """Fill this many products into a database of each, and start the bare server and ours."""
    label = _label(size)
    ours, bare = f"guyub{label}", f"limits{label}"
    env = _environment(server, size)
    for name in (ours, bare):
        server.create_database(name)
        _psql(env, name, "CREATE EXTENSION pg_stat_statements")
    _say(f"Filling {size} products")
    subprocess.run(
        [sys.executable, "seed.py", bare, str(size)], cwd=REFERENCE / "limits", env=env, check=True
    )
    market = {**env, **_settings(server, ours, folder / label)}
    flask = [_production(), "-m", "flask", "--app", "wsgi"]
    subprocess.run([*flask, "db", "upgrade"], cwd=ROOT, env=market, check=True)
    subprocess.run([*flask, "seed", "--products", str(size)], cwd=ROOT, env=market, check=True)
    _psql(env, ours, "VACUUM ANALYZE")
    bare_env = {**env, "PEER_DB": bare}
    pid, port = until.enter_context(_serving(_bare_server(), bare_env, REFERENCE / "limits"))
    first = Rival("limits", label, pid, {**bare_env, "LIMITS_URL": f"http://127.0.0.1:{port}"})
    pid, port = until.enter_context(_serving(_our_server(), market, ROOT))
    address = f"http://127.0.0.1:{port}"
    return [first, Rival("guyub", label, pid, {**env, "PEER_DB": ours, "GUYUB_URL": address})]


def _measure(server: Server, rivals: list[Rival], said: argparse.Namespace, results: Path) -> None:
    """Round by round, task by task, each rival after the other."""
    for number in range(said.repeat):
        for task in said.tasks.split(","):
            for rival in rivals:
                once = ["--seconds", said.seconds, "--repeat", "1", "--seed", str(number + 1)]
                _drive(rival, task, once, server, results)
    if said.races:
        for rival in rivals:
            _drive(rival, "race", ["--repeat", str(said.races)], server, results)


def _drive(rival: Rival, task: str, more: list[str], server: Server, results: Path) -> None:
    _say(f"Measuring {rival.target}, {rival.label}: {task}")
    command = [sys.executable, "load.py", rival.target, task, *more, "--pin", "1"]
    command += ["--app-pid", str(rival.pid), "--db-pid", str(server.pid)]
    command += ["--out", str(results), "--label", rival.label]
    subprocess.run(command, cwd=REFERENCE, env=rival.env, check=True, stdout=sys.stderr)


@contextmanager
def _serving(command: list[str], env: dict[str, str], folder: Path) -> Iterator[tuple[int, int]]:
    port = free_port()
    words = [word.replace("PORT", str(port)) for word in command]
    process = subprocess.Popen(words, cwd=folder, env={**env, "PORT": str(port)})
    os.sched_setaffinity(process.pid, {0})
    try:
        wait_until(lambda: answers(port), what="the server")
        yield process.pid, port
    finally:
        stop(process)


def _bare_server() -> list[str]:
    gunicorn = [sys.executable, "-m", "gunicorn", "-b", "127.0.0.1:PORT", "-k", "gthread"]
    return [*gunicorn, "-w", "2", "--threads", "4", "--keep-alive", "60", "app:app"]


def _our_server() -> list[str]:
    return [_production(), "-m", "marketplace.serving"]


def _production() -> str:
    """A Python with what a production machine holds and no tool of ours; made when it is stale."""
    home, lock = ROOT / ".cache" / "production", ROOT / "requirements.lock"
    python, ready = home / "bin" / "python", home / "ready"
    if not ready.exists() or ready.stat().st_mtime < lock.stat().st_mtime:
        _say("Installing what a production machine holds")
        venv.create(home, clear=True, with_pip=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--require-hashes", "-r", lock], check=True)
        ready.touch()
    return str(python)


def _settings(server: Server, database: str, folder: Path) -> dict[str, str]:
    """As in production, but with plain HTTP on loopback and no limit on one address's searches."""
    return {
        **ENVIRONMENT,
        "APP_ENV": "development",
        "INSTANCE": str(folder / "instance"),
        "DATABASE_URL": server.address(database),
        "SEARCH_PER_SECOND": "1000000",
        "CHECKOUTS_PER_MINUTE": "1000000",
        "WEB_PROCESSES": "2",
        "WEB_THREADS": "4",
    }


def _environment(server: Server, size: int) -> dict[str, str]:
    return {
        **os.environ,
        "PATH": f"{POSTGRES_BIN_PATH}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PGHOST": "127.0.0.1",
        "PGPORT": str(server.port),
        "PGUSER": "postgres",
        "PEER_COUNT": str(size),
    }


def _psql(env: dict[str, str], database: str, statement: str) -> None:
    subprocess.run(["psql", "-XqAt", "-d", database, "-c", statement], env=env, check=True)


def _label(size: int) -> str:
    return f"{size // 1000}k"


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
