"""Memory of a part, children included."""

from dataclasses import dataclass

import psutil

_MEGABYTE = 2**20


@dataclass(frozen=True)
class Used:
    """In megabytes."""

    resident: float
    #: What several processes share is divided between them; 0 where the system does not tell it.
    proportional: float
    #: What no other process has, too: unlike a share, it does not grow when another process ends.
    own: float


def used_by(pid: int) -> Used:
    """The process and whatever it started."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    seen = [process.memory_full_info() for process in family]
    resident, proportional = sum(each.rss for each in seen), sum(getattr(each, "pss", 0) for each in seen)
    own = sum(each.uss for each in seen)
    return Used(*(round(each / _MEGABYTE, 1) for each in (resident, proportional, own)))
