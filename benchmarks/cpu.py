"""CPU time by part: unlike throughput, it says the same on a machine that others use, too."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psutil


def seconds_of(pids: Mapping[str, int]) -> dict[str, float]:
    """User and system time so far, that of children included, and that of this process as ``client``."""
    return {name: _seconds(pid) for name, pid in {**pids, "client": os.getpid()}.items()}


@contextmanager
def spent(pids: Mapping[str, int], into: dict[str, float]) -> Iterator[None]:
    """Add what each part uses during the block to ``into``."""
    before = seconds_of(pids)
    yield
    for name, now in seconds_of(pids).items():
        into[name] = into.get(name, 0.0) + now - before.get(name, 0.0)


def _seconds(pid: int) -> float:
    process = psutil.Process(pid)
    if pid == os.getpid():
        # The parts are children of this process, and counted by their own names.
        times = process.cpu_times()
        return float(times.user + times.system)
    total = 0.0
    for each in (process, *process.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            # With what children that have ended used: a Postgres that closes connections would seem to give time back.
            times = each.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total
