"""Slow files first, so that no process of a lane is left alone with one at the end; and shares of the same length.

`--share N/M` is the N-th of M processes that have all files together: each collects, and so imports, only its own.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

#: File -> seconds, as `make test-durations` found them; they only order and share out the files.
DURATIONS = Path(__file__).with_name("durations.json")
#: Of a file that was never timed: neither first nor last.
_UNKNOWN_SECONDS = 15.0
#: Of a file that takes too little to be noted.
_LITTLE_SECONDS = 0.3
_MINE = pytest.StashKey[frozenset[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--share", metavar="N/M", help="only the N-th of M shares of the files, which take about as long")


def pytest_configure(config: pytest.Config) -> None:
    if share := config.getoption("--share"):
        number, count = map(int, share.split("/"))
        others = {config.invocation_params.dir / path for path in config.getoption("ignore") or ()}
        files = [path for path in (config.rootpath / "tests").rglob("test_*.py") if not set(path.parents) & others]
        names = [path.relative_to(config.rootpath).as_posix() for path in files]
        config.stash[_MINE] = shares(names, _known(), count)[number - 1]


def shares(files: Sequence[str], seconds: Mapping[str, float], count: int) -> list[frozenset[str]]:
    """So many shares: the longest file first, each to whoever has least so far."""
    taken: list[set[str]] = [set() for _ in range(count)]
    lengths = [0.0] * count
    for file in sorted(files, key=lambda file: (-seconds.get(file, _LITTLE_SECONDS), file)):
        least = lengths.index(min(lengths))
        taken[least].add(file)
        lengths[least] += seconds.get(file, _LITTLE_SECONDS)
    return [frozenset(share) for share in taken]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    mine = config.stash.get(_MINE, None)
    if mine is None or not collection_path.name.startswith("test_") or collection_path.is_dir():
        return None
    return collection_path.relative_to(config.rootpath).as_posix() not in mine or None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort by file only: within a file the order stays."""
    known = _known()

    def place(item: pytest.Item) -> tuple[float, str]:
        file = item.nodeid.partition("::")[0]
        return -known.get(file, _UNKNOWN_SECONDS), file

    items.sort(key=place)


def _known() -> dict[str, float]:
    known: dict[str, float] = json.loads(DURATIONS.read_text()) if DURATIONS.exists() else {}
    return known
