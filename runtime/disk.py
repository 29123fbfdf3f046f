"""Says how much room a disk has, and whether that is enough to work with."""

import shutil
from pathlib import Path

#: Bytes that must be left: Postgres and Temporal stop in the middle of something when there are none.
LEAST_FREE = 100 * 1024**2


def has_room(path: Path | None) -> bool:
    """Whether there is room on the disk of this path; yes where none is named or none can be asked."""
    free = free_bytes(path)
    return free is None or free >= LEAST_FREE


def free_bytes(path: Path | None) -> int | None:
    """What is left on the disk of this path; None where none is named or none can be asked."""
    try:
        return None if path is None else shutil.disk_usage(path).free
    except OSError:
        return None
