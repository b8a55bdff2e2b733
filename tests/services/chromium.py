"""Where a Chromium is on this machine, and how tests start it."""

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
# No calls home: a test talks to our server and to nobody else.
ARGUMENTS = ("--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage")


def find_chromium() -> str:
    """The path of a Chromium: `CHROMIUM`, an installed one, or the one Playwright fetched."""
    for name in (os.environ.get("CHROMIUM", ""), *NAMES):
        if name and (path := shutil.which(name)):
            return path
    if path := _fetched_by_playwright():
        return path
    raise FileNotFoundError("no Chromium found; `make test` says how to get it")


def _fetched_by_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return str(path) if path.exists() else None


if __name__ == "__main__":
    print(find_chromium())
