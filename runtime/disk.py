"""Says whether a disk has room to work with."""

import shutil
from pathlib import Path

#: Bytes that must be left: Postgres and Temporal stop in the middle of something when there are none.
LEAST_FREE = 100 * 1024**2


def has_room(path: Path | None) -> bool:
    """Whether there is room on the disk of this path; yes where none is named or none can be asked."""
    try:
        return path is None or shutil.disk_usage(path).free >= LEAST_FREE
    except OSError:
        return True
