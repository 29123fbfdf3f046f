"""One Postgres and one Temporal for a whole run of pytest, started by whichever test needs them first.

They are children of a process of their own, `python -m tests.support.servers RUN`, because a worker of xdist may die
before the run ends. At the end of the run it also ends what stacks on these servers left running.
"""

import asyncio
import fcntl
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from db.migrate import migrate
from tests.support import lifeline
from workers.embedded import postgres
from workers.embedded.foundations import embedded_foundations, foundation_children
from workers.embedded.layout import DataDirectory, Ports, free_ports, write_private
from workers.embedded.leftovers import end_leftovers
from workers.embedded.supervisor import Child, Supervisor

#: Nothing here outlives the run, and three processes with several stacks each come at once.
_POSTGRES = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": 500}
_PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Servers:
    """Where they are."""

    #: The migrated database that others are copies of. Nobody may be connected to it.
    template_url: str
    temporal_address: str
    temporal_ui_url: str
    #: Of this run.
    directory: str

    @property
    def logs(self) -> Path:
        return Path(self.directory) / "logs"

    @property
    def stacks(self) -> Path:
        """Where the stacks are, a folder each."""
        return Path(self.directory) / "stacks"


def servers_of(run: Path) -> Servers:
    """Those of this run, started if need be."""
    with (run / "starting").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not _addresses(run).exists():
            _launch(run)
        return Servers(**json.loads(_addresses(run).read_text()))


def _addresses(run: Path) -> Path:
    return run / "servers.json"


def _launch(run: Path) -> None:
    log = run / "servers.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.servers", str(run)],
            stdin=subprocess.DEVNULL, stdout=file, stderr=file, cwd=Path(__file__).parents[2], start_new_session=True,
        )  # fmt: skip
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not _addresses(run).exists():
        assert process.poll() is None, f"the servers of the run ended: {log.read_text()}"
        assert time.monotonic() < deadline, f"the servers of the run do not come up; see {log}"
        time.sleep(0.02)
    # It ends after us, on purpose: nobody waits for it.
    process.returncode = 0


async def _serve(run: Path, data: Path) -> None:
    directory, ports = DataDirectory(data), free_ports()
    directory.lock()
    supervisor = Supervisor(run / "logs", lambda: None, os.environ)
    try:
        postgres.prepare(directory, directory.secrets().postgres_password)
        await supervisor.start(*_children(directory, ports))
        found = embedded_foundations(directory, ports)
        await asyncio.to_thread(migrate, found.database_url)
        made = Servers(found.database_url, found.temporal_address, found.temporal_ui_url, str(run))
        write_private(_addresses(run), json.dumps(asdict(made)))
        await asyncio.to_thread(lifeline.wait_for_the_end, run)
    finally:
        await asyncio.to_thread(_end_stacks, run)
        await supervisor.stop()


def _end_stacks(run: Path) -> None:
    """Those whose worker was killed."""
    for state in run.glob("stacks/*/state.json"):
        end_leftovers(DataDirectory(state.parent))


def _children(directory: DataDirectory, ports: Ports) -> list[Child]:
    database, temporal = foundation_children(directory, ports)
    flags = [part for name, value in _POSTGRES.items() for part in ("-c", f"{name}={value}")]
    return [replace(database, command=[*database.command, *flags]), temporal]


def main(run: Path) -> None:
    """Serve until the run is over."""
    (run / "logs").mkdir()
    # Not in the folder of the run: each start of pytest takes that away from the user that Postgres runs as under root.
    with lifeline.claim(run), tempfile.TemporaryDirectory(prefix="clawdbot-tests-") as data:
        asyncio.run(_serve(run, Path(data)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
