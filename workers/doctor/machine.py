"""This machine: memory, and what the capabilities need."""

import os
import resource
import sys
from collections.abc import Sequence
from pathlib import Path

from contracts.workers.views import BootstrapView
from workers.capability.bootstrap import allowed
from workers.capability.readiness import out_of_reach, unready
from workers.doctor.report import Check, fail, ok, warn

#: An idle worker takes about 100 MiB, one with browsers or models more.
_ENOUGH_MIB = 200


def look_at_memory() -> Check:
    """Memory that is left on this machine, and what this process, which has loaded what a worker loads, takes."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    left = _available_mib()
    found = f"{left:.0f} MiB are left, this process takes {own:.0f} MiB"
    if left < _ENOUGH_MIB:
        return warn("memory", found, "A worker may be killed for want of memory. End something else, or add some.")
    return ok("memory", found)


def _available_mib() -> float:
    meminfo = Path("/proc/meminfo")
    if meminfo.exists():
        fields = dict(line.split(":", 1) for line in meminfo.read_text().splitlines())
        return float(fields["MemAvailable"].split()[0]) / 2**10
    # A Mac does not say what is left without tools; what it has is the best that can be had.
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**20


async def look_at_capabilities(granted: BootstrapView, wanted: Sequence[str]) -> list[Check]:
    """Each one that the key allows: its credentials, and whether its source can be reached."""
    chosen = allowed(wanted, granted)
    missing = unready(chosen)
    distant = await out_of_reach([name for name in chosen if name not in missing])
    if not chosen:
        return [fail("capabilities", "the key allows nothing that this version can do", "Ask an admin to allow some.")]
    return [_capability(name, missing.get(name, ""), distant.get(name, "")) for name in chosen]


def _capability(name: str, missing: str, distant: str) -> Check:
    label = f"capability {name}"
    if missing:
        return warn(label, missing, "Set it for the worker, or leave this capability to others.")
    if distant:
        return fail(label, distant, "Check the address, and whether this machine may reach it.")
    return ok(label, "ready")
