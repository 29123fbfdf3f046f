"""Keeps the data directory from filling its disk unnoticed: rotates logs, and says when room runs low."""

import asyncio
import contextlib
import errno
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

from runtime.disk import LEAST_FREE
from workers.embedded.errors import StackError
from workers.embedded.layout import DataDirectory

logger = logging.getLogger(__name__)

#: With less than this left, what is running still works, and a person should hear of it.
LOW = 1024**3
_LOOK_SECONDS = 30.0
#: It is said again this often while it lasts.
_SAY_AGAIN = 120
#: Largest log, and how many earlier ones are kept of each process.
LOG_BYTES = 20 * 1024**2
LOGS_KEPT = 3


def refuse_full(directory: DataDirectory) -> None:
    """Raises StackError when there is no room to start in: what starts all the same dies of it in the middle."""
    if directory.free_bytes() < LEAST_FREE:
        raise _full(directory)


@contextlib.contextmanager
def full_disk_is_a_sentence(directory: DataDirectory) -> Iterator[None]:
    """Whatever fails in the block for want of room, ours or a child's, is one sentence. Raises StackError."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _full(directory) from None
        raise
    except StackError:
        if directory.free_bytes() < LEAST_FREE:
            raise _full(directory) from None
        raise


async def keep_house(directory: DataDirectory) -> None:
    """Look until cancelled."""
    looks = 0
    while True:
        await asyncio.to_thread(rotate_logs, directory.logs)
        if (free := directory.free_bytes()) < LOW:
            if looks % _SAY_AGAIN == 0:
                logger.warning(
                    "only %d MB are left on the disk of %s; make room before it is full: then no task is accepted",
                    free // 1024**2, directory.root,
                )  # fmt: skip
            looks += 1
        else:
            looks = 0
        await asyncio.sleep(_LOOK_SECONDS)


def rotate_logs(logs: Path, most: int = LOG_BYTES) -> None:
    """Put each log that has grown aside. Its process writes on at the end of the same file, which is then empty."""
    for log in logs.glob("*.log"):
        if log.stat().st_size > most:
            _rotate(log)


def _rotate(log: Path) -> None:
    older = [log.with_suffix(f".log.{number}") for number in range(1, LOGS_KEPT + 1)]
    for newer, old in zip(reversed(older[:-1]), reversed(older[1:]), strict=True):
        if newer.exists():
            newer.replace(old)
    try:
        shutil.copyfile(log, older[0])
    except OSError as error:
        older[0].unlink(missing_ok=True)
        logger.warning("%s cannot be put aside (%s); what it says so far is dropped", log, error)
    with log.open("r+b") as file:
        file.truncate(0)


def _full(directory: DataDirectory) -> StackError:
    left = directory.free_bytes() // 1024**2
    return StackError(f"The disk of {directory.root} is full: {left} MB are left. Make room and start again.")
