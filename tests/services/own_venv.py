"""Programs that tests run but never import live in an environment of their own under .cache/."""

import fcntl
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

CACHE = Path(__file__).parent.parent.parent / ".cache"


def ensure(name: str, what: str, install: Callable[[Path], None]) -> Path:
    """Install once into `.cache/<name>` and say so; two test workers wait for each other."""
    home = CACHE / name
    CACHE.mkdir(exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "ready").exists():
            print(f"Installing {what} into .cache/{name} (once, for tests) ...", file=sys.stderr)
            shutil.rmtree(home, ignore_errors=True)
            install(home)
            (home / "ready").touch()
    return home


def make_venv(home: Path, *requirements: str) -> None:
    """A fresh environment with exactly these packages."""
    venv.create(home, with_pip=True)
    run(
        [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-deps"]
        + ["--disable-pip-version-check", *requirements]
    )


def run(command: list[str], *, cwd: Path | None = None) -> None:
    """Run to the end; a failure shows what the program said."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
