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


def used_by(pid: int) -> Used:
    """The process and whatever it started."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    seen = [process.memory_full_info() for process in family]
    resident, proportional = sum(each.rss for each in seen), sum(getattr(each, "pss", 0) for each in seen)
    return Used(round(resident / _MEGABYTE, 1), round(proportional / _MEGABYTE, 1))
