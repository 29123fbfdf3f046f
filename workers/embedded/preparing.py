"""Has a new stack prepared by `workers.embedded.first_run`, which is a process of its own."""

import sys
from collections.abc import Mapping

from workers.embedded.errors import StackError
from workers.embedded.launching import Launch
from workers.embedded.layout import DataDirectory

#: Exit codes: everything is there; and that the admin was made just now.
PREPARED, PREPARED_FIRST = 0, 3


async def prepare(
    launch: Launch, directory: DataDirectory, environment: Mapping[str, str], api_url: str, concurrency: int
) -> bool:
    """Migrate and create what is missing. Returns whether this was the first run.

    Raises:
        StackError: it did not work; the sentence ends with what was said last.
    """
    log = directory.logs / "first-run.log"
    log.unlink(missing_ok=True)
    command = [sys.executable, "-m", "workers.embedded.first_run", str(directory.root), api_url, str(concurrency)]
    process = await launch(command, environment, log, None)
    try:
        code = await process.wait()
    finally:
        if process.returncode is None:
            process.send_signal(9)
    if code not in (PREPARED, PREPARED_FIRST):
        lines = log.read_text(errors="replace").strip().splitlines()
        raise StackError(lines[-1] if lines else f"Tables and keys could not be made (exit code {code}).")
    return code == PREPARED_FIRST
