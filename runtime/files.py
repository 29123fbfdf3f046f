"""Keeps a file that was renamed under its new name, also over a power cut."""

import contextlib
import os
from pathlib import Path


def keep_name(path: Path) -> None:
    """To be called after the rename; where a directory cannot be written out (Windows), nothing is done."""
    with contextlib.suppress(OSError):
        directory = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
