"""Slow files first, so that no process of a lane is left alone with one at the end."""

import json
from pathlib import Path

import pytest

#: File -> seconds, as `make test-durations` found them; they only order the files.
DURATIONS = Path(__file__).with_name("durations.json")
#: Of a file that was never timed: neither first nor last.
_UNKNOWN_SECONDS = 15.0


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort by file only: within a file the order stays."""
    known: dict[str, float] = json.loads(DURATIONS.read_text()) if DURATIONS.exists() else {}

    def place(item: pytest.Item) -> tuple[float, str]:
        file = item.nodeid.partition("::")[0]
        return -known.get(file, _UNKNOWN_SECONDS), file

    items.sort(key=place)
