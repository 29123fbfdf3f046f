"""Lets processes of a run of pytest outlive the worker that started them, but never the run.

The process that leads the run (with ``-n``, the one that hands out the tests; of lanes that go side by side, theirs)
holds a lock on a file. The system lets go of it when that process ends, however it ends, and whoever waits for the lock
then knows that the run is over.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

#: The environment variable that names the directory of a run that pytest does not lead.
VARIABLE = "CLAWDBOT_TEST_RUN"
_HELD = pytest.StashKey[IO[str]]()
_PATIENCE_SECONDS = 60


@contextmanager
def led(directory: Path) -> Iterator[dict[str, str]]:
    """Lead a run there. Each pytest that is started with these variables takes part in it: they share its servers."""
    directory.mkdir(exist_ok=True)
    file = _begin(directory)
    try:
        yield {VARIABLE: str(directory)}
    finally:
        _end(directory, file)


def run_directory(config: pytest.Config) -> Path:
    """One directory for all processes of a run."""
    if given := os.environ.get(VARIABLE):
        return Path(given)
    factory: pytest.TempPathFactory = config._tmp_path_factory  # type: ignore[attr-defined] # its fixture is there only for tests
    base = factory.getbasetemp()
    # xdist gives each worker a folder of its own in that of the run.
    directory = (base.parent if is_worker(config) else base) / "run"
    directory.mkdir(exist_ok=True)
    return directory


def is_worker(config: pytest.Config) -> bool:
    """Whether this process only runs tests that another one hands out."""
    return hasattr(config, "workerinput")


def hold(config: pytest.Config) -> None:
    """Begin the run, unless another process leads it."""
    if not is_worker(config) and VARIABLE not in os.environ:
        config.stash[_HELD] = _begin(run_directory(config))


def let_go(config: pytest.Config) -> None:
    """End the run that this process has begun, and wait until what it shared has ended, too."""
    if (file := config.stash.get(_HELD, None)) is not None:
        _end(run_directory(config), file)


def _begin(run: Path) -> IO[str]:
    file = (run / "lifeline").open("w")
    # A lock of the process, not of the open file: what this process forks does not prolong it.
    fcntl.lockf(file, fcntl.LOCK_EX)
    return file


def _end(run: Path, file: IO[str]) -> None:
    file.close()
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not all(_is_free(alive) for alive in run.glob("alive-*")):
        if time.monotonic() > deadline:
            raise AssertionError(f"the servers of the run do not end; see {run}")
        time.sleep(0.02)  # nobody tells of a lock that becomes free, and waiting for one has no end


def wait_for_the_end(run: Path) -> None:
    """Returns when the run is over. For the process that it shares."""
    with (run / "lifeline").open("w") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)


def claim(run: Path, name: str) -> IO[str]:
    """Say that this process, which has a name of its own, belongs to the run, until the returned file is closed."""
    file = (run / f"alive-{name}").open("w")
    fcntl.lockf(file, fcntl.LOCK_EX)
    return file


def _is_free(path: Path) -> bool:
    with path.open("w") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
    return True
