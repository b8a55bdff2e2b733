"""One command for the whole market: database, first content, worker, server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from marketplace.config import Config
from marketplace.demo import cast, seed
from marketplace.flows import reference

ROOT = Path(__file__).parent.parent.parent
GRACE_SECONDS = 35.0
LOOK_SECONDS = 0.3
# Each thread would get heaps of its own from the C library, and none would give memory back; blocks
# of a page's size are mapped, so that they can be given back one by one.
ENVIRONMENT = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": "131072",
    "MALLOC_TRIM_THRESHOLD_": "131072",
}


class Stop(Exception):
    """Somebody wants the market closed."""


@click.command("serve")
@with_appcontext
def serve() -> None:
    """Bring the database up to date, fill a new demo market, start worker and server."""
    config: Config = current_app.config["HOUSE"]
    upgrade()
    reference.load(say=click.echo, thorough=False)
    if config.demo and seed.is_empty():
        click.echo("Menyiapkan pasar contoh untuk pertama kali …")
        seed.fill(say=click.echo)
    _welcome(config)
    sys.exit(_keep_running(_commands()))


def _commands() -> list[list[str]]:
    python = sys.executable
    return [
        [python, "-m", "marketplace.serving"],
        [python, "-m", "flask", "--app", "wsgi", "worker"],
    ]


def _welcome(config: Config) -> None:
    click.echo(f"\n  Guyub buka di {config.base_url}\n")
    if config.demo:
        click.echo("  Akun contoh (kata sandi semua akun: " + cast.PASSWORD + ")")
        for role, email in cast.accounts():
            click.echo(f"    {role:22} {email}")
        click.echo(f"\n  Surat keluar tersimpan di {config.mail_dir}")
    click.echo("  Ctrl-C menutup semuanya.\n")


def _keep_running(commands: list[list[str]]) -> int:
    """Run all until one ends or somebody stops us; leave none behind."""

    def stop(_: int, __: FrameType | None) -> None:
        raise Stop

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    # a session of their own: Ctrl-C reaches us alone, and we close in order
    env = {**os.environ, **ENVIRONMENT}
    running = [
        subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True)  # noqa: S603
        for command in commands
    ]
    try:
        while all(process.poll() is None for process in running):
            time.sleep(LOOK_SECONDS)
        click.echo("Satu bagian berhenti sendiri; semuanya kami tutup.", err=True)
        return 1
    except Stop:
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _close(running)


def _close(running: list[subprocess.Popen[bytes]]) -> None:
    for process in running:
        if process.poll() is None:
            process.terminate()
    until = time.monotonic() + GRACE_SECONDS
    for process in running:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, until - time.monotonic()))
        if process.poll() is None:
            process.kill()
            process.wait()
