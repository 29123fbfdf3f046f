"""Finds the browser that the tests drive: an installed one, else Playwright's download, else Debian's package."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Playwright

_NAMES = ("google-chrome-stable", "google-chrome", "chromium", "chromium-browser", "chrome")
_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
_INSTALL_SECONDS = 400
_NONE = (
    "The browser tests need Chrome or Chromium, and none was found or could be fetched. Install one: "
    "`apt-get install chromium`, or `.venv/bin/playwright install chromium`."
)


def find_browser(playwright: Playwright) -> Path:
    """The program to start. Where there is none, it is installed.

    Raises:
        RuntimeError: with what to install.
    """
    own = Path(playwright.chromium.executable_path)
    found = _installed() or (own if own.is_file() else None)
    if found:
        return found
    for install in (_download, _from_debian):
        install()
        found = _installed() or (own if own.is_file() else None)
        if found:
            return found
    raise RuntimeError(_NONE)


def _installed() -> Path | None:
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found:
        return Path(found)
    return _MAC if _MAC.is_file() else None


def _download() -> None:
    _try(sys.executable, "-m", "playwright", "install", "chromium")


def _from_debian() -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _try("apt-get", "update")
        _try("apt-get", "install", "--yes", "--no-install-recommends", "chromium", "fonts-dejavu-core")


def _try(*command: str) -> None:
    try:
        subprocess.run(command, capture_output=True, timeout=_INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        print(f"{command[0]} took longer than {_INSTALL_SECONDS} s")
