"""What the market promises to whoever tests it: commands, settings, and a page that says so."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from marketplace import config
from marketplace.__main__ import market
from marketplace.core import clock, failpoints, jobs
from marketplace.core.db import db, dialect
from marketplace.core.jobs import Job
from marketplace.core.work import at_one_moment, transaction
from marketplace.makers.models import Membership
from marketplace.orders import alarms, invariants
from marketplace.orders.disputes.models import Dispute
from marketplace.web.access import POLICIES
from tests import builders
from tests.orders import money

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "invariants.md").read_text("utf-8")
PROMISED = (
    *(f"M{n}" for n in range(1, 10)), *(f"S{n}" for n in range(1, 5)), "C1", "C2",
    *(f"O{n}" for n in range(1, 5)), "T1", "T2", "T3", "P1", "P4", "W1", "W2", "V1", "V2", "V3",
)  # fmt: skip


def checked(app: Flask) -> tuple[int, dict[str, Any]]:
    """How the command ended, and what it printed."""
    db.session.rollback()
    answer = app.test_cli_runner().invoke(args=["check-invariants", "--json"])
    return answer.exit_code, json.loads(answer.output)


def breaks(app: Flask) -> list[str]:
    code, said = checked(app)
    found = [name for name, rows in said["broken"].items() if rows]
    assert code == bool(found)
    assert said["ok"] is not bool(found)
    return found


# --- check-invariants -----------------------------------------------------------------------------


def test_every_check_is_printed_and_a_whole_market_ends_with_zero(app: Flask) -> None:
    (code,) = money.buy((builders.shop(), 40_000))
    money.pay(code)
    ended, said = checked(app)
    assert (ended, said["ok"]) == (0, True)
    assert set(said["broken"]) == {*invariants.CHECKS, "V3"}


def test_a_currency_that_is_not_ours_is_refused(app: Flask) -> None:
    money.buy((builders.shop(), 40_000))
    with pytest.raises(IntegrityError, match="rupiah_only"):
        db.session.execute(text("UPDATE payment SET currency = 'usd'"))
    db.session.rollback()
    assert breaks(app) == []


def test_a_shop_without_an_owner_breaks_a_promise(app: Flask) -> None:
    builders.shop()
    with transaction():
        db.session.execute(Membership.__table__.delete())
    assert breaks(app) == ["T3"]


def test_a_parked_job_that_nobody_hears_of_breaks_a_promise(app: Flask) -> None:
    with transaction():
        jobs.enqueue("jobs.clean_up")
    with transaction():
        db.session.execute(Job.__table__.update().values(state="parked"))
        number = db.session.scalar(text("SELECT id FROM job"))
    assert breaks(app) == ["J1"]
    with transaction():
        alarms.sound("job_parked", f"job:{number}", now=clock.now())
    assert breaks(app) == []


def test_a_dispute_that_the_book_does_not_know_breaks_a_promise(app: Flask) -> None:
    (code,) = money.buy((builders.shop(), 40_000))
    payment, now = money.pay(code), clock.now()
    with transaction():
        db.session.add(
            Dispute(
                code="d" * 10, payment_id=payment.id, provider="stripe", reference="dp_1",
                state="needs_response", amount=40_000, reason="duplicate", opened_at=now,
                taken_at=now, touched_at=now,
            )
        )  # fmt: skip
    assert breaks(app) == ["D1"]


def test_the_check_reads_one_moment_and_can_change_nothing(app: Flask) -> None:
    builders.shop()
    with at_one_moment():
        before = db.session.scalar(text("SELECT count(*) FROM ikm"))
        with db.engine.connect() as other:
            other.execute(text("UPDATE ikm SET story = 'lain'"))
            other.commit()
        assert db.session.scalar(text("SELECT story FROM ikm")) != "lain"
        assert db.session.scalar(text("SELECT count(*) FROM ikm")) == before
    assert db.session.scalar(text("SELECT story FROM ikm")) == "lain"
    db.session.rollback()
    if dialect() == "postgresql":
        with pytest.raises(DBAPIError, match="read-only"), at_one_moment():
            db.session.execute(text("UPDATE ikm SET story = 'x'"))


# --- The page that says where each promise is kept ------------------------------------------------


def test_the_page_names_every_promise_and_every_check() -> None:
    named = _named(r"^\| ([A-Z][0-9A-Z–, ]+?) \|")
    assert set(PROMISED) <= named, set(PROMISED) - named
    shown = set(re.findall(r"\b[A-Z][0-9]{1,2}\b", _spread(_column(4))))
    assert shown == {*invariants.CHECKS, "V3"}


def test_the_page_names_tests_that_exist() -> None:
    for path in re.findall(r"`((?:[a-z_]+/)+(?:[a-z_]+\.py)?)`", _column(5)):
        assert (ROOT / "tests" / path).exists(), path


def _column(number: int) -> str:
    rows = [line.split("|") for line in PAGE.splitlines() if re.match(r"\| [A-Z][0-9]", line)]
    return "\n".join(row[number] for row in rows)


def _named(pattern: str) -> set[str]:
    return set(re.findall(r"[A-Z][0-9]+", _spread("\n".join(re.findall(pattern, PAGE, re.M)))))


def _spread(words: str) -> str:
    """Y1–Y5 as Y1 Y2 Y3 Y4 Y5."""

    def each(found: re.Match[str]) -> str:
        letter, first, last = found[1], int(found[2]), int(found[3])
        return " ".join(f"{letter}{n}" for n in range(first, last + 1))

    return re.sub(r"([A-Z])([0-9]+)–[A-Z]([0-9]+)", each, words)


# --- The other commands ---------------------------------------------------------------------------


def test_every_door_is_listed_with_its_policy(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["doors", "--json"])
    assert answer.exit_code == 0
    doors = json.loads(answer.output)
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    assert {door["path"] for door in doors} == rules
    open_files = app.config["OPEN_FILES"]
    for door in doors:
        assert door["policy"] in POLICIES or door["endpoint"] in open_files, door
        assert door["methods"], door


def test_the_market_has_a_command_line_of_its_own(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    market.create_app = lambda: app
    answer = CliRunner().invoke(market, ["routes", "--json"])
    assert answer.exit_code == 0, answer.output
    assert {"path", "methods", "endpoint", "policy"} == set(json.loads(answer.output)[0])
    told = CliRunner().invoke(market, ["--help"]).output
    for name in ("serve", "seed", "run-due-jobs", "reconcile", "check-invariants", "routes"):
        assert name in told


def test_due_work_is_done_until_none_is_left(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    with transaction():
        jobs.enqueue("jobs.clean_up")
        jobs.enqueue("history.seal")
    assert run(args=["run-due-jobs", "--until-empty"]).output == "2 jobs\n"
    assert run(args=["run-due-jobs", "--until-empty"]).output == "0 jobs\n"


def test_reconciling_twice_finds_nothing_the_second_time(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    (code,) = money.buy((builders.shop(), 40_000), way="simulator")
    assert run(args=["reconcile"]).exit_code == 2
    assert run(args=["reconcile", "--once"]).exit_code == 0
    again = run(args=["reconcile", "--once"])
    assert again.exit_code == 0
    figures = dict(line.split()[:2] for line in again.output.splitlines())
    assert set(figures.values()) == {"0"}, figures
    assert money.order(code).state == "waiting"
    assert breaks(app) == []


def test_settings_say_where_the_world_is() -> None:
    """Each of them is one variable of the environment, and .env.example tells of it."""
    told = (ROOT / ".env.example").read_text("utf-8")
    for name in (
        "DATABASE_URL", "STRIPE_API_BASE", "STRIPE_WEBHOOK_SECRET", "S3_ENDPOINT_URL", "MAIL_DIR",
        "SMTP_URL", "BROKER_URL", "FAILPOINT", "FAILPOINT_LOG", "BASE_URL",
    ):  # fmt: skip
        assert name.lower() in config.Config.__dataclass_fields__
        assert f"\n{name}=" in told, name


def test_failpoints_are_armed_in_tests_only(app: Flask) -> None:
    secret = "s" * 40
    for env in ("demo", "development"):
        with pytest.raises(config.BadConfig, match="FAILPOINT"):
            config.load({"APP_ENV": env, "SECRET_KEY": secret, "FAILPOINT": "buying.placed"})
    assert failpoints.passing("nowhere") is None  # type: ignore[func-returns-value]


def test_one_process_answers_from_the_shell(environment: dict[str, str], tmp_path: Path) -> None:
    """The command as an operator types it, in a process and with a database of its own."""
    env = {
        **os.environ, **environment, "INSTANCE": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'guyub.sqlite3'}",
    }  # fmt: skip
    answer = subprocess.run(
        [sys.executable, "-m", "marketplace", "routes", "--json"],
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    assert any(door["path"] == "/readyz" for door in json.loads(answer.stdout))
