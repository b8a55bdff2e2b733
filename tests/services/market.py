"""The whole market as people run it: server and worker as processes, to use and to kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from tests.services.net import answers, free_port, stop, wait_until
from tests.services.nursery import Child, born

ROOT = Path(__file__).parent.parent.parent
SERVER = ["-m", "marketplace.serving"]
FLASK = ["-m", "flask", "--app", "wsgi"]
IN_TURN = """
import sys
from wsgi import app
for words in sys.argv[1:]:
    done = app.test_cli_runner().invoke(args=words.split())
    print(words, done.exit_code, done.output)
    if done.exit_code:
        raise done.exception
"""


@dataclass
class Market:
    """A market in a folder of its own; `env` is what each of its processes is started with.

    `forked`: its processes come out of the nursery, for tests that start very many of them.
    """

    home: Path
    port: int
    env: dict[str, str]
    forked: bool = False
    running: dict[str, subprocess.Popen[bytes] | Child] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def flask(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run one of the house's commands and give what it said."""
        return subprocess.run(
            [sys.executable, *FLASK, *words],
            cwd=ROOT,
            env={**self.env, **env},
            text=True,
            capture_output=True,
            timeout=300,
        )

    def must(self, *words: str, **env: str) -> str:
        """The same, when it has to succeed."""
        done = self.flask(*words, **env)
        if done.returncode:
            raise AssertionError(f"flask {' '.join(words)}:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def in_turn(self, *commands: str) -> None:
        """Several of the house's commands in one process, each of which has to succeed."""
        self.run("-c", IN_TURN, *commands)

    def run(self, *words: str, **env: str) -> None:
        """Run `python WORDS...` to its end, which has to be a good one."""
        log = self.home / "commands.log"
        log.unlink(missing_ok=True)
        process = self._begin(list(words), {**self.env, **env}, log)
        try:
            code = process.wait(300)
        finally:
            process.kill()
        if code:
            raise AssertionError(f"{words[1:]} ended with {code}:\n{log.read_text()}")

    def open(self, **env: str) -> None:
        """Start the server and wait until it can serve."""
        self._start("web", SERVER, env)
        wait_until(lambda: answers(self.port) and self.ready(), what="the market", seconds=60)

    def work(self, **env: str) -> None:
        """Start the worker."""
        self._start("worker", [*FLASK, "worker"], env)

    def ready(self) -> bool:
        try:
            with urlopen(f"{self.url}/readyz", timeout=5) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except (HTTPError, OSError):
            return False

    def kill(self, name: str) -> None:
        """End a process and its children as a crash would: SIGKILL, no farewell."""
        process = self.running.pop(name)
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:  # it is dead, or so young that it leads no group yet
            process.kill()
        process.wait()

    def close(self) -> None:
        """Stop whatever still runs."""
        for name in list(self.running):
            stop(self.running.pop(name), seconds=35)

    def ended(self, name: str) -> bool:
        """Whether a process has ended by itself, or by a failpoint."""
        return self.running[name].poll() is not None

    def letters(self) -> list[Path]:
        """The mails that were sent, oldest first."""
        return sorted((self.home / "mail").glob("*.eml"))

    def _start(self, name: str, words: list[str], env: Mapping[str, str]) -> None:
        self.running[name] = self._begin(words, {**self.env, **env}, self.home / f"{name}.log")

    def _begin(
        self, words: list[str], env: Mapping[str, str], log: Path
    ) -> subprocess.Popen[bytes] | Child:
        if self.forked and "PYTHONPATH" not in env:  # another path is another code
            return born(words, env, log=log)
        with log.open("ab") as out:
            return subprocess.Popen(
                [sys.executable, *words],
                cwd=ROOT,
                env=dict(env),
                stdout=out,
                stderr=out,
                start_new_session=True,
            )


@contextmanager
def market(
    home: Path, *, database: str = "", migrated: bool = False, forked: bool = False, **env: str
) -> Iterator[Market]:
    """A migrated market, not yet open; `env` adds to or replaces its settings.

    `database` is an address other than a SQLite of its own; `migrated` says it is ready already.
    """
    port = free_port()
    home.mkdir(parents=True, exist_ok=True)
    made = Market(
        home,
        port,
        {
            "PATH": os.environ["PATH"],
            "APP_ENV": "development",
            "INSTANCE": str(home),
            "DATABASE_URL": database or f"sqlite:///{home / 'guyub.sqlite3'}",
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "WEB_PROCESSES": "1",
            "WEB_THREADS": "8",
            "SECRET_KEY": "a-secret-of-the-tests-only-0123456789",
            **env,
        },
        forked,
    )
    if not migrated:
        made.must("db", "upgrade")
    try:
        yield made
    finally:
        made.close()
