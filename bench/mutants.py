"""Change the rules a little, one at a time: `python -m bench.mutants [--only money,stock]`.

A mutant is one function with one small wrong thing in it: a comparison turned, a figure off by one,
a sum for a difference, a condition left out. The tests of its room that call the function run
against each; a mutant that no test sees survives, and shows what nobody has tested. Everything is
read once: the tests run in this process as they are, which shows what each of them calls, and then
in a child for every mutant, whose function has been given the changed code.
"""

from __future__ import annotations

import argparse
import ast
import copy
import gc
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import _lru_cache_wrapper
from importlib import import_module
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Room:
    """Modules whose functions are changed, and the tests that must see it."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


ROOMS = {
    "prices and shares": Room(
        (
            "marketplace.core.money",
            "marketplace.orders.rules",
            "marketplace.orders.commission.rules",
            "marketplace.orders.commission.rates",
            "marketplace.orders.postage_rules",
            "marketplace.orders.ledger.rules",
            "marketplace.orders.parcels.rules",
            "marketplace.orders.complaints.rules",
            "marketplace.orders.rule_rows.rules",
        ),
        (
            "tests/core/test_money.py",
            "tests/orders/test_deadlines.py",
            "tests/orders/test_rules.py",
            "tests/orders/test_commission_rules.py",
            "tests/orders/test_commission.py",
            "tests/orders/test_postage_rules.py",
            "tests/orders/test_parcel_rules.py",
            "tests/orders/test_complaint_rules.py",
            "tests/orders/test_rule_rows.py",
            "tests/orders/test_shares.py",
        ),
    ),
    "webhooks": Room(
        (
            "marketplace.adapters.signed_events",
            "marketplace.adapters.stripe_words",
            "marketplace.flows.provider_messages",
        ),
        (
            "tests/adapters/test_signed_events.py",
            "tests/adapters/test_stripe_amounts.py",
            "tests/adapters/test_stripe_words.py",
            "tests/flows/test_messages.py",
            "tests/flows/test_settling.py",
            "tests/flows/test_stripe_story.py",
        ),
    ),
    "ledger": Room(
        (
            "marketplace.orders.ledger.posting",
            "marketplace.orders.ledger.paying_back",
            "marketplace.orders.refunds",
            "marketplace.flows.dispute_money",
        ),
        (
            "tests/orders/test_ledger.py",
            "tests/orders/test_refunds.py",
            "tests/orders/test_charged_back.py",
            "tests/orders/test_part_money.py",
            "tests/orders/test_complaint_ends.py",
        ),
    ),
    "stock": Room(
        ("marketplace.catalog.stock", "marketplace.catalog.stock_book"),
        (
            "tests/catalog/test_stock.py",
            "tests/web/seller/test_stock.py",
            "tests/web/seller/test_capacity.py",
            "tests/web/buying/test_waiting.py",
            "tests/flows/test_settling.py",
        ),
    ),
    "weeks and waiting": Room(
        (
            "marketplace.catalog.quotas",
            "marketplace.catalog.capacity",
            "marketplace.catalog.waiting",
        ),
        (
            "tests/web/seller/test_capacity.py",
            "tests/web/buying/test_waiting.py",
        ),
    ),
    "money given back": Room(
        (
            "marketplace.orders.cancelling",
            "marketplace.orders.parcels.pieces",
            "marketplace.orders.grants.rules",
            "marketplace.orders.grants.grants",
            "marketplace.orders.complaints.deciding",
            "marketplace.orders.disputes.disputes",
        ),
        (
            "tests/orders/test_part_cancelling.py",
            "tests/orders/test_part_money.py",
            "tests/orders/test_parcels.py",
            "tests/orders/test_grants.py",
            "tests/orders/test_complaints.py",
            "tests/orders/test_complaint_ends.py",
            "tests/flows/test_disputes.py",
        ),
    ),
    "payments": Room(
        ("marketplace.orders.payments",),
        (
            "tests/orders/test_amounts.py",
            "tests/flows/test_messages.py",
            "tests/flows/test_settling.py",
        ),
    ),
    "payouts": Room(
        (
            "marketplace.orders.payouts.rules",
            "marketplace.orders.payouts.runs",
            "marketplace.orders.payouts.payouts",
            "marketplace.orders.payouts.accounts",
            "marketplace.orders.payouts.statements",
        ),
        (
            "tests/orders/test_payouts.py",
            "tests/orders/test_payout_accounts.py",
            "tests/flows/test_paying_makers.py",
            "tests/web/staff/test_payouts.py",
            "tests/web/seller/test_payout_account.py",
            "tests/web/seller/test_statements.py",
        ),
    ),
    "files": Room(
        (
            "marketplace.orders.bank.rules",
            "marketplace.orders.bank.csv_rules",
            "marketplace.orders.qris.rules",
        ),
        (
            "tests/orders/test_bank_csv.py",
            "tests/orders/test_qris_rules.py",
        ),
    ),
    "transfers": Room(
        (
            "marketplace.orders.bank.amounts",
            "marketplace.orders.bank.matching",
            "marketplace.orders.bank.offers",
            "marketplace.orders.bank.receipts",
            "marketplace.orders.bank.reopening",
            "marketplace.orders.bank.settlements",
            "marketplace.orders.bank.statements",
        ),
        (
            "tests/orders/test_amounts.py",
            "tests/web/staff/test_statements.py",
            "tests/web/staff/test_receipts.py",
            "tests/web/staff/test_late_money.py",
            "tests/web/staff/test_settlements.py",
        ),
    ),
}


# --- Mutants --------------------------------------------------------------------------------------

COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
RECKONED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: where it is, what it says now, and the function's new code."""

    module: str
    function: str
    line: int
    words: str
    code: CodeType


def mutants(module: str) -> Iterator[Mutant]:
    """Every small change of every function of a module."""
    path = Path(str(import_module(module).__file__))
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    for number, node in enumerate(ast.walk(tree)):
        if not isinstance(node, ast.FunctionDef):
            continue
        for place, inner in enumerate(_body(node)):
            for way in range(_ways(inner)):
                changed = copy.deepcopy(tree)
                function = list(ast.walk(changed))[number]
                target = list(_body(function))[place]
                before = ast.unparse(target)
                _change(target, way)
                if ast.unparse(target) == before:
                    continue
                code = _code(compile(ast.fix_missing_locations(changed), str(path), "exec"), node)
                if code is not None:
                    words = f"{before} -> {ast.unparse(target)}"
                    yield Mutant(module, node.name, inner.lineno, words, code)  # type: ignore[attr-defined]


def _body(function: Any) -> Iterator[ast.AST]:
    """Every expression and statement inside, but decorators, annotations and the docstring."""
    for statement in function.body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue
        for node in ast.walk(statement):
            if not isinstance(node, ast.FunctionDef | ast.JoinedStr | ast.FormattedValue):
                yield node


def _ways(node: ast.AST) -> int:
    if isinstance(node, ast.Compare):
        return len(node.ops)
    if isinstance(node, ast.BinOp):
        return 1 if type(node.op) in RECKONED else 0
    if isinstance(node, ast.Constant):
        return 1 if isinstance(node.value, bool | int) else 0
    if isinstance(node, ast.UnaryOp):
        return 1 if isinstance(node.op, ast.Not | ast.USub) else 0
    return 1 if isinstance(node, ast.BoolOp | ast.If | ast.IfExp) else 0


def _change(node: Any, way: int) -> None:
    if isinstance(node, ast.Compare):
        node.ops[way] = COMPARED[type(node.ops[way])]()
    elif isinstance(node, ast.BinOp):
        node.op = RECKONED[type(node.op)]()
    elif isinstance(node, ast.Constant):
        node.value = not node.value if isinstance(node.value, bool) else node.value + 1
    elif isinstance(node, ast.UnaryOp):
        node.op = ast.UAdd() if isinstance(node.op, ast.USub) else ast.Not()
        if isinstance(node.op, ast.Not):
            node.operand = ast.UnaryOp(ast.Not(), node.operand)
    elif isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    else:  # the condition never holds
        node.test = ast.BoolOp(ast.And(), [node.test, ast.Constant(False)])


def _code(whole: CodeType, function: ast.FunctionDef) -> CodeType | None:
    """The compiled function that begins where this one does."""
    first = min([function.lineno, *(one.lineno for one in function.decorator_list)])
    for inner in whole.co_consts:
        if isinstance(inner, CodeType):
            if inner.co_name == function.name and inner.co_firstlineno == first:
                return inner
            found = _code(inner, function)
            if found is not None:
                return found
    return None


def functions(module: str) -> dict[int, FunctionType]:
    """The functions of a module by their first line, methods and wrapped ones too."""
    found: dict[int, FunctionType] = {}

    def note(thing: Any) -> None:
        for inner in (thing, getattr(thing, "fget", None), getattr(thing, "__func__", None),
                      getattr(thing, "__wrapped__", None)):  # fmt: skip
            if isinstance(inner, FunctionType) and inner.__module__ == module:
                found[inner.__code__.co_firstlineno] = inner

    for thing in vars(import_module(module)).values():
        note(thing)
        if isinstance(thing, type) and thing.__module__ == module:
            for inner in vars(thing).values():
                note(inner)
    return found


# --- A run ----------------------------------------------------------------------------------------


class TooLong(BaseException):
    """A test that runs for ever sees its mutant as well; no code of ours swallows this."""


class Trial:
    """A plugin: the tests run once as they are, then in a child for each mutant."""

    def __init__(self, room: Room, said: argparse.Namespace) -> None:
        self._room, self._dice = room, random.Random(said.seed)
        self._share = said.share
        self._seconds: dict[pytest.Item, float] = {}
        self._touched: dict[CodeType, list[pytest.Item]] = {}
        self.killed = self.made = 0

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._caches = [
            thing for thing in gc.get_objects()
            if isinstance(thing, _lru_cache_wrapper) and thing.__module__.startswith("marketplace")
        ]  # fmt: skip
        hurry = import_module("hypothesis").settings  # pytest wants to see it before we do
        hurry.register_profile("none", deadline=None)
        hurry.load_profile("none")
        known = {module: functions(module) for module in self._room.modules}
        ours = {one.__code__ for found in known.values() for one in found.values()}
        for item in session.items:
            self._touch(item, ours)
        for items in self._touched.values():
            items.sort(key=self._seconds.__getitem__)
        gc.freeze()  # children share what was read
        print(f"\n{len(session.items)} tests pass", flush=True)
        for module, found in known.items():
            for mutant in mutants(module):
                function = found.get(mutant.code.co_firstlineno)
                if function is None or self._dice.random() > self._share:
                    continue
                self.made += 1
                if self._seen(function, mutant):
                    self.killed += 1
                else:
                    print(f"  survived: {module}.{mutant.function}:{mutant.line} {mutant.words}",
                          flush=True)  # fmt: skip
        return True

    def _touch(self, item: pytest.Item, ours: set[CodeType]) -> None:
        """Run a test as it is, and note how long it takes and which of these functions it calls."""
        called = set()

        def note(frame: FrameType, _: str, __: object) -> None:
            if frame.f_code in ours:
                called.add(frame.f_code)

        begun = time.monotonic()
        threading.settrace(note)
        sys.settrace(note)
        try:
            if self._first_to_fail([item]):
                raise pytest.UsageError(f"fails without any mutant: {item.nodeid}")
        finally:
            sys.settrace(None)
            threading.settrace(None)  # type: ignore[arg-type]
        self._seconds[item] = time.monotonic() - begun
        for code in called:
            self._touched.setdefault(code, []).append(item)

    def _seen(self, function: FunctionType, mutant: Mutant) -> bool:
        """Whether a test that calls the function fails with it.

        The quick ones are asked first, and before them who saw another mutant of this function.
        """
        items = self._touched.get(function.__code__)
        if not items:
            return False
        right, function.__code__ = function.__code__, mutant.code
        child = os.fork()
        if not child:
            quiet = os.open(os.devnull, os.O_WRONLY)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
            signal.signal(signal.SIGALRM, _too_long)
            os._exit(min(255, self._first_to_fail(items)))
        function.__code__ = right
        place = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if place > 0:
            items.insert(0, items.pop(place - 1))
        return place != 0

    def _first_to_fail(self, items: list[pytest.Item]) -> int:
        """Which of them fails, counted from 1, or 0; what all tests share stays as it is."""
        for place, item in enumerate(items, start=1):
            for one in self._caches:
                one.cache_clear()
            signal.setitimer(signal.ITIMER_REAL, 10 + 10 * self._seconds.get(item, 360), 30)
            reports = runtestprotocol(item, log=False, nextitem=item.session)
            signal.setitimer(signal.ITIMER_REAL, 0)
            if any(report.failed for report in reports):
                return place
        return 0


def _too_long(*_: object) -> None:
    raise TooLong


def main() -> int:
    words = argparse.ArgumentParser(prog="python -m bench.mutants", description=__doc__)
    words.add_argument("--only", default=",".join(ROOMS))
    words.add_argument("--share", type=float, default=1.0, help="so much of all mutants, drawn")
    words.add_argument("--seed", type=int, default=1)
    said = words.parse_args()
    lines = ["| rules | mutants | killed | share | minutes |", "|---|--:|--:|--:|--:|"]
    enough = True
    for name in said.only.split(","):
        begun = time.monotonic()
        trial = Trial(ROOMS[name], said)
        options = ["-q", "-n0", "-p", "no:cacheprovider", *ROOMS[name].tests]
        os.environ["TEST_DATABASE"] = "sqlite"
        pytest.main(options, plugins=[trial])
        share, minutes = trial.killed / max(1, trial.made), (time.monotonic() - begun) / 60
        enough = enough and share >= 0.85
        lines.append(f"| {name} | {trial.made} | {trial.killed} | {share:.1%} | {minutes:.0f} |")
    print(*lines, sep="\n")
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())
