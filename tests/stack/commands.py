"""The `clawdbot` command as a process of its own, as a person or a service runs it."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.support import warm
from tests.support.facade import Facade

REPOSITORY = Path(__file__).parents[2]


def environment(stack: Facade | None) -> dict[str, str]:
    """That of this process without its settings; with the admin's key for the stack if one is given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLAWDBOT_")}
    admin = {"CLAWDBOT_API_URL": stack.api_url, "CLAWDBOT_API_KEY": stack.admin_key} if stack else {}
    return {**kept, **admin, "NO_COLOR": "1", "COLUMNS": "200"}


def clawdbot(stack: Facade | None, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command to its end; as the admin if a stack is given, otherwise as somebody who has no key."""
    return warm.run(
        [sys.executable, "-m", "cli", *words],
        cwd=REPOSITORY, env=environment(stack), input=stdin, text=True, timeout=120,
    )  # fmt: skip


@contextlib.contextmanager
def started_worker(*options: str) -> Iterator[subprocess.Popen[bytes]]:
    """`clawdbot start` with these options, ended by force at the end of the block."""
    process = warm.start([sys.executable, "-m", "cli", "start", *options], cwd=REPOSITORY, env=environment(None))
    try:
        yield process
    finally:
        process.kill()
        process.wait()
