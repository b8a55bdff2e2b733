"""The rule "in CI a skip is a failure", tried on a small suite of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SKIPS = "import pytest\n\ndef test_it():\n    pytest.skip('no server')\n\ndef test_other(): pass\n"
RUNS = "def test_it(): pass\n"


def run_suite(
    folder: Path, text: str, *, ci: str, workers: str
) -> subprocess.CompletedProcess[str]:
    (folder / "test_suite.py").write_text(text)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", folder, folder]
        + ["-p", "tests.plugins.no_skips", "-p", "no:cacheprovider", "-n", workers],
        cwd=ROOT,
        env={**os.environ, "CI": ci},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("workers", ["0", "1"])
def test_a_skip_fails_the_run_in_ci_and_is_named(tmp_path: Path, workers: str) -> None:
    result = run_suite(tmp_path, SKIPS, ci="true", workers=workers)
    assert result.returncode == pytest.ExitCode.TESTS_FAILED
    assert "test_suite.py::test_it: " in result.stdout
    assert "no server" in result.stdout


def test_a_file_that_skips_itself_whole_fails_the_run_in_ci(tmp_path: Path) -> None:
    text = "import pytest\n\npytest.importorskip('a_module_that_is_not_there')\n"
    result = run_suite(tmp_path, text + RUNS, ci="true", workers="0")
    assert result.returncode != pytest.ExitCode.OK


def test_a_skip_passes_on_a_developers_machine_but_is_listed(tmp_path: Path) -> None:
    result = run_suite(tmp_path, SKIPS, ci="", workers="0")
    assert result.returncode == pytest.ExitCode.OK
    assert "tests that did not run" in result.stdout


def test_a_suite_without_skips_passes_in_ci(tmp_path: Path) -> None:
    assert run_suite(tmp_path, RUNS, ci="true", workers="0").returncode == pytest.ExitCode.OK
