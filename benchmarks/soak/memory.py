"""Samples the memory of each part, and tells how it grows while it is not restarted."""

import asyncio
import statistics
import time

import psutil

from workers.embedded.supervisor import Supervisor

_SECONDS = 5.0
#: What a process takes up while it begins is no growth.
_BEGINNING_SECONDS = 45.0


class Memory:
    """Megabytes by part and process; what processes share (Postgres' buffers) is counted once."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        #: (part, pid) -> (seconds since this began, megabytes)
        self._samples: dict[tuple[str, int], list[tuple[float, float]]] = {}

    async def run(self) -> None:
        """Sample until cancelled."""
        began = time.monotonic()
        while True:
            for part, pid in self._supervisor.pids.items():
                try:
                    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
                    megabytes = sum(_bytes(each) for each in family) / 2**20
                except (psutil.NoSuchProcess, psutil.AccessDenied):
                    continue
                self._samples.setdefault((part, pid), []).append((time.monotonic() - began, megabytes))
            await asyncio.sleep(_SECONDS)

    def slopes(self) -> dict[str, tuple[float, float, float]]:
        """By part, of its process that lived longest: megabytes at last, growth an hour, minutes it was looked at."""
        found: dict[str, tuple[float, float, float]] = {}
        for (part, _), samples in self._samples.items():
            grown = [each for each in samples if each[0] - samples[0][0] >= _BEGINNING_SECONDS]
            if len(grown) < 3:
                continue
            minutes = (grown[-1][0] - grown[0][0]) / 60
            if part not in found or minutes > found[part][2]:
                slope = statistics.linear_regression(*zip(*grown, strict=True)).slope * 3600
                found[part] = (grown[-1][1], slope, minutes)
        return found


def _bytes(process: psutil.Process) -> int:
    used = process.memory_full_info()
    return int(getattr(used, "pss", used.rss))
