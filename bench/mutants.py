"""Change the rules a little, one at a time: `python -m bench.mutants [--only money,stock]`.

A mutant is one function with one small wrong thing in it: a comparison turned, a figure off by one,
a sum for a difference, a condition left out. The tests of its room run against each; a mutant that
no test sees survives, and shows what nobody has tested. Everything is read once: the tests run in
this process as they are, and then in a child for every mutant, whose functions have been given the
changed code.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

ROOT = Path(__file__).parent.parent
LONGEST = 120  # seconds for the tests of one mutant; one that runs for ever is seen as well


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
            "marketplace.orders.postage_rules",
            "marketplace.orders.ledger.rules",
        ),
        (
            "tests/core/test_money.py",
            "tests/orders/test_deadlines.py",
            "tests/orders/test_rules.py",
            "tests/orders/test_commission_rules.py",
            "tests/orders/test_postage_rules.py",
            "tests/orders/test_shares.py",
        ),
    ),
    "stock": Room(
        ("marketplace.catalog.stock", "marketplace.catalog.stock_book"),
        (
            "tests/web/seller/test_stock.py",
            "tests/orders/test_totals.py",
            "tests/flows/test_settling.py",
        ),
    ),
    "ledger": Room(
        ("marketplace.orders.ledger.posting", "marketplace.orders.refunds"),
        (
            "tests/orders/test_ledger.py",
            "tests/orders/test_charged_back.py",
            "tests/orders/test_part_money.py",
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
            "tests/adapters/test_event_order.py",
            "tests/flows/test_stripe_story.py",
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
        return 1 if type(node.ops[0]) in COMPARED else 0
    if isinstance(node, ast.BinOp):
        return 1 if type(node.op) in RECKONED else 0
    if isinstance(node, ast.Constant):
        return 1 if isinstance(node.value, bool | int) else 0
    if isinstance(node, ast.UnaryOp):
        return 1 if isinstance(node.op, ast.Not | ast.USub) else 0
    return 1 if isinstance(node, ast.BoolOp | ast.If | ast.IfExp) else 0


def _change(node: Any, way: int) -> None:
    if isinstance(node, ast.Compare):
        node.ops[0] = COMPARED[type(node.ops[0])]()
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


class Trial:
    """A plugin: the tests run once as they are, then in a child for each mutant."""

    def __init__(self, room: Room, share: float, seed: int) -> None:
        self._room, self._dice, self._share = room, random.Random(seed), share
        self.killed = self.made = 0
        self.survived: list[Mutant] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if self._fails(session):
            raise pytest.UsageError("the tests fail without any mutant")
        for module in self._room.modules:
            known = functions(module)
            for mutant in mutants(module):
                function = known.get(mutant.code.co_firstlineno)
                if function is None or self._dice.random() > self._share:
                    continue
                self.made += 1
                if self._seen(session, function, mutant):
                    self.killed += 1
                else:
                    self.survived.append(mutant)
                    print(f"  survived: {module}.{mutant.function}:{mutant.line} {mutant.words}",
                          flush=True)  # fmt: skip
        return True

    def _seen(self, session: pytest.Session, function: FunctionType, mutant: Mutant) -> bool:
        child = os.fork()
        if not child:
            signal.alarm(LONGEST)
            quiet = os.open(os.devnull, os.O_WRONLY)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
            function.__code__ = mutant.code
            os._exit(1 if self._fails(session) else 0)
        return os.waitpid(child, 0)[1] != 0

    @staticmethod
    def _fails(session: pytest.Session) -> bool:
        """Whether any test fails; what all tests share stays as it is."""
        items = session.items
        for item, following in zip(items, [*items[1:], items[0]], strict=True):
            reports = runtestprotocol(item, log=False, nextitem=following)
            if any(report.failed for report in reports):
                return True
        return False


def main() -> int:
    words = argparse.ArgumentParser(prog="python -m bench.mutants", description=__doc__)
    words.add_argument("--only", default=",".join(ROOMS))
    words.add_argument("--share", type=float, default=1.0, help="so much of all mutants, drawn")
    words.add_argument("--seed", type=int, default=1)
    said = words.parse_args()
    lines = ["| rules | mutants | killed | share |", "|---|--:|--:|--:|"]
    enough = True
    for name in said.only.split(","):
        trial = Trial(ROOMS[name], said.share, said.seed)
        options = ["-q", "-n0", "-p", "no:cacheprovider", *ROOMS[name].tests]
        os.environ["TEST_DATABASE"] = "sqlite"
        pytest.main(options, plugins=[trial])
        share = trial.killed / max(1, trial.made)
        enough = enough and share >= 0.85
        lines.append(f"| {name} | {trial.made} | {trial.killed} | {share:.1%} |")
    print(*lines, sep="\n")
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())
