"""The stacks of `clawdbot up` and `clawdbot demo` on this machine, so that a second terminal finds them."""

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cli.sign_in.profiles import config_dir


@contextmanager
def findable(data_dir: Path) -> Iterator[None]:
    """Other terminals find the stack in this directory until the block ends. A disk that is full prevents nothing."""
    file = _folder() / hashlib.sha256(str(data_dir).encode()).hexdigest()[:16]
    with contextlib.suppress(OSError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.write_text(json.dumps({"data_dir": str(data_dir), "pid": os.getpid()}))
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)


def running() -> list[Path]:
    """The data directories of stacks that run now."""
    with contextlib.suppress(OSError):
        return [found for file in sorted(_folder().iterdir()) if (found := _data_dir(file))]
    return []


def _data_dir(file: Path) -> Path | None:
    try:
        written = json.loads(file.read_text())
        os.kill(int(written["pid"]), 0)
        return Path(written["data_dir"])
    except PermissionError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        # Of a stack that was killed.
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)
        return None


def _folder() -> Path:
    return config_dir() / "stacks"
