"""Rules of the house that no linter knows; each names the place where the thing may be done."""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOUSE = ("marketplace", "media")
MOST_LINES = 400

ASKS_THE_TIME = "marketplace/core/clock.py"
COMMITS = "marketplace/core/work.py"
# Finished HTML from our own hand; every new entry says here why nothing a user typed gets in.
MAY_SKIP_ESCAPING = {
    "marketplace/web/icons.py": "one fixed line of SVG; `Markup.format` escapes what is put in",
    "marketplace/web/storefront/cards.py": "a drawn card again, with one fixed attribute exchanged",
    "marketplace/web/forms/widgets.py": "attributes of a box, each value escaped one line before",
}
# The suite that proves that skips are noticed has to contain some.
MAY_SKIP_TESTS = {"tests/tooling/test_no_skips.py", "tests/architecture/test_house.py"}

TIME_CALLS = {
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "datetime.fromtimestamp",
    "date.today",
    "time.gmtime",
    "time.localtime",
    "time.time",
    "time.time_ns",
}
# A moment read from a number is no question to the clock, as long as the zone is named.
NEEDS_A_ZONE = {"datetime.fromtimestamp"}
LIBRARY_HOMES = {
    "stripe": ("marketplace/adapters/stripe_wire.py",),
    "PIL": ("media/",),
    "boto3": ("media/",),
    "botocore": ("media/",),
}


def files(*folders: str, suffixes: tuple[str, ...] = (".py",)) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes and "__pycache__" not in path.parts:
                yield path


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def dotted(node: ast.expr) -> str:
    """`a.b.c` as written; anything that is not a plain name gives its last part only."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}".lstrip(".")
    return node.id if isinstance(node, ast.Name) else ""


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield dotted(node.func), node


def imports(code: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(code):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno


def is_ours(module: str) -> bool:
    return module.split(".")[0] in HOUSE


def offenders(
    wrong: Callable[[Path], Iterator[int]], *folders: str, allowed: tuple[str, ...] = ()
) -> list[str]:
    return [
        f"{name(path)}:{line}"
        for path in files(*folders)
        if not name(path).startswith(allowed or ("\0",))
        for line in wrong(path)
    ]


def test_only_the_unit_of_work_commits() -> None:
    def wrong(path: Path) -> Iterator[int]:
        return (call.lineno for called, call in calls(path) if called.endswith(".commit"))

    assert offenders(wrong, *HOUSE, allowed=(COMMITS,)) == []


def test_only_the_clock_asks_the_time() -> None:
    def wrong(path: Path) -> Iterator[int]:
        for called, call in calls(path):
            short = ".".join(called.split(".")[-2:])
            given_a_zone = len(call.args) > 1 or any(word.arg == "tz" for word in call.keywords)
            if short in TIME_CALLS and not (short in NEEDS_A_ZONE and given_a_zone):
                yield call.lineno
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom) and node.module == "time":
                yield from (node.lineno for alias in node.names if alias.name == "time")

    assert offenders(wrong, *HOUSE, allowed=(ASKS_THE_TIME,)) == []


@pytest.mark.parametrize(("library", "homes"), LIBRARY_HOMES.items())
def test_a_foreign_library_is_spoken_in_its_own_room(library: str, homes: tuple[str, ...]) -> None:
    def wrong(path: Path) -> Iterator[int]:
        return (line for module, line in imports(tree(path)) if module.split(".")[0] == library)

    assert offenders(wrong, *HOUSE, allowed=homes) == []


def test_no_import_hides_in_a_function_to_dodge_a_circle() -> None:
    """Media may: it loads its heavy libraries only in the process that draws or uploads."""

    def wrong(path: Path) -> Iterator[int]:
        for function in ast.walk(tree(path)):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                inside = ast.Module(body=function.body, type_ignores=[])
                yield from (line for module, line in imports(inside) if is_ours(module))

    assert offenders(wrong, "marketplace") == []


def test_nothing_leaves_the_templates_unescaped() -> None:
    unescaped = re.compile(r"\|\s*safe\b|\bMarkup\s*\(|\bautoescape\s+false\b|\bautoescape=False\b")
    found = {
        f"{name(path)}:{number}"
        for path in files("marketplace", suffixes=(".py", ".html", ".svg", ".txt", ".xml"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if unescaped.search(line) and name(path) not in MAY_SKIP_ESCAPING
    }
    assert found == set()


def test_the_list_of_unescaped_files_holds_no_dead_names() -> None:
    assert [path for path in MAY_SKIP_ESCAPING if not (ROOT / path).exists()] == []


def test_no_file_holds_two_subjects() -> None:
    long = {
        name(path): lines
        for path in files(*HOUSE, "tests", suffixes=(".py", ".html", ".css", ".js"))
        if "vendor" not in path.parts
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


def test_no_test_skips_itself() -> None:
    skips = re.compile(r"\bpytest\.(skip|xfail|importorskip)\b|\bmark\.(skip|skipif|xfail)\b")
    found = [
        f"{name(path)}:{number}"
        for path in files("tests")
        if name(path) not in MAY_SKIP_TESTS
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if skips.search(line)
    ]
    assert found == []
