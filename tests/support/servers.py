"""One Postgres and one Temporal for a whole run of pytest, each started by whichever test needs it first.

They are children of processes of their own, `python -m tests.support.servers RUN postgres` (or `temporal`), because a
worker of xdist may die before the run ends. At the end of the run, that of Postgres also ends what stacks left running.
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
from functools import cached_property
from pathlib import Path

from db.migrate import migrate
from tests.support import lifeline
from workers.embedded import postgres
from workers.embedded.foundations import embedded_foundations, foundation_children
from workers.embedded.layout import DataDirectory, Ports, free_ports, write_private
from workers.embedded.leftovers import end_leftovers
from workers.embedded.supervisor import Child, Supervisor

#: Nothing here outlives the run, and four processes with several stacks each come at once.
_POSTGRES = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": 800}
#: It serves a whole run: its CPU time counts, not its memory. The product has it collect garbage five times as often.
_TEMPORAL = {"GOGC": "200"}
_PATIENCE_SECONDS = 120
_BOTH = ("postgres", "temporal")


@dataclass(frozen=True)
class Temporal:
    """Where it is."""

    address: str
    ui_url: str


@dataclass(frozen=True)
class Servers:
    """Where they are."""

    #: Of this run.
    directory: str
    #: The migrated database that others are copies of. Nobody may be connected to it.
    template_url: str

    @cached_property
    def temporal(self) -> Temporal:
        """Started if need be: many tests need Postgres alone."""
        return Temporal(**_addresses_of(Path(self.directory), "temporal"))

    @property
    def logs(self) -> Path:
        return Path(self.directory) / "logs"

    @property
    def stacks(self) -> Path:
        """Where the stacks are, a folder each."""
        return Path(self.directory) / "stacks"


def servers_of(run: Path) -> Servers:
    """Those of this run. Postgres is started if need be."""
    return Servers(str(run), **_addresses_of(run, "postgres"))


def _addresses_of(run: Path, server: str) -> dict[str, str]:
    """What the server has written of itself once it was up."""
    with (run / f"starting-{server}").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not _addresses(run, server).exists():
            _launch(run, server)
        return dict(json.loads(_addresses(run, server).read_text()))


def _addresses(run: Path, server: str) -> Path:
    return run / f"{server}.json"


def _launch(run: Path, server: str) -> None:
    log = run / f"{server}-server.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.servers", str(run), server],
            stdin=subprocess.DEVNULL, stdout=file, stderr=file, cwd=Path(__file__).parents[2], start_new_session=True,
        )  # fmt: skip
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not _addresses(run, server).exists():
        assert process.poll() is None, f"{server}, which the run shares, ended: {log.read_text()}"
        assert time.monotonic() < deadline, f"{server}, which the run shares, does not come up; see {log}"
        time.sleep(0.02)  # a file that appears tells nobody
    # It ends after us, on purpose: nobody waits for it.
    process.returncode = 0


async def _serve(run: Path, server: str, data: Path) -> None:
    directory, ports = DataDirectory(data), free_ports()
    directory.lock()
    supervisor = Supervisor(run / "logs", lambda: None, os.environ)
    try:
        if server == "postgres":
            postgres.prepare(directory, directory.secrets().postgres_password)
        await supervisor.start(*_children(server, directory, ports))
        made = await asyncio.to_thread(_made, server, directory, ports)
        write_private(_addresses(run, server), json.dumps(made))
        await asyncio.to_thread(lifeline.wait_for_the_end, run)
    finally:
        if server == "postgres":
            await asyncio.to_thread(_end_stacks, run)
        await supervisor.stop()


def _made(server: str, directory: DataDirectory, ports: Ports) -> dict[str, str]:
    """What tests must know of the server that is up."""
    found = embedded_foundations(directory, ports)
    if server == "temporal":
        return asdict(Temporal(found.temporal_address, found.temporal_ui_url))
    migrate(found.database_url)
    return {"template_url": found.database_url}


def _end_stacks(run: Path) -> None:
    """Those whose worker was killed."""
    for state in run.glob("stacks/*/state.json"):
        end_leftovers(DataDirectory(state.parent))


def _children(server: str, directory: DataDirectory, ports: Ports) -> list[Child]:
    database, *others = foundation_children(directory, ports)
    if server == "temporal":
        return [replace(each, environment={**each.environment, **_TEMPORAL}) for each in others]
    flags = [part for name, value in _POSTGRES.items() for part in ("-c", f"{name}={value}")]
    return [replace(database, command=[*database.command, *flags])]


def main(run: Path, server: str) -> None:
    """Serve until the run is over."""
    assert server in _BOTH, server
    (run / "logs").mkdir(exist_ok=True)
    # Not in the folder of the run: each start of pytest takes that away from the user that Postgres runs as under root.
    with lifeline.claim(run, server), tempfile.TemporaryDirectory(prefix="clawdbot-tests-") as data:
        asyncio.run(_serve(run, server, Path(data)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
