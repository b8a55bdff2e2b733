"""One PostgreSQL for the whole test run, started before the workers and stopped after them.

`TEST_DATABASE=postgresql` asks for it; `TEST_POSTGRES` names one that already runs, and then none
is started. Workers inherit `TEST_POSTGRES` and make their databases with
`new_database`.
"""

import os
from contextlib import ExitStack

import pytest

from tests.services.postgres import create_database, postgres

_servers = ExitStack()


def wants_postgres() -> bool:
    return os.environ.get("TEST_DATABASE", "sqlite") == "postgresql"


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    first = not hasattr(session.config, "workerinput")
    if first and wants_postgres() and "TEST_POSTGRES" not in os.environ:
        server = _servers.enter_context(postgres())
        os.environ["TEST_POSTGRES"] = server.address()
        _servers.callback(os.environ.pop, "TEST_POSTGRES")


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    _servers.close()


def new_database(name: str, *, template: str | None = None) -> str:
    """Make a database on the run's server and give its address; two workers never meet.

    `template` is the address of an earlier one to copy, while nobody is connected to it.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return create_database(
        os.environ["TEST_POSTGRES"],
        f"{name}_{worker}_{os.getpid()}",
        template=template and template.rpartition("/")[2],
    )
