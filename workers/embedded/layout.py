"""The data directory: where everything of one stack lives, its secrets, its ports and its lock."""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import IO

from runtime import ports
from runtime.files import keep_name
from workers.embedded.errors import StackError

#: Only the owner may look inside.
_PRIVATE = 0o700


@dataclass(frozen=True)
class Ports:
    """Where the parts listen, all on 127.0.0.1."""

    api: int = 8000
    gateway: int = 7400
    temporal: int = 7233
    temporal_ui: int = 8233
    postgres: int = 55432
    sandbox: int = 8099
    core_health: int = 7401
    gateway_health: int = 7402
    telegram: int = 7403
    #: Nobody of ours uses these two, and neither can be switched off: no browser opens these ports (docs/adr/0036).
    temporal_http: int = 6668
    temporal_metrics: int = 6669


@dataclass(frozen=True)
class Secrets:
    """Made once per data directory."""

    postgres_password: str
    jwt_secret: str
    lease_secret: str
    admin_password: str


class DataDirectory:
    """One directory per stack; only one running stack may hold it."""

    def __init__(self, root: Path) -> None:
        self.root = root.expanduser().absolute()
        self._lock: IO[str] | None = None

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def temporal_db(self) -> Path:
        return self.root / "temporal" / "temporal.db"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def state_file(self) -> Path:
        """Pids and addresses of the running stack, for the CLI and the next start."""
        return self.root / "state.json"

    @property
    def cli_file(self) -> Path:
        """API address and key of the local CLI."""
        return self.root / "cli.json"

    @property
    def worker_file(self) -> Path:
        """API address and key of the local worker."""
        return self.root / "worker.json"

    def lock(self) -> None:
        """Create the directory and take it.

        Raises:
            StackError: it cannot be written, or another stack runs in it.
        """
        try:
            self._make()
            self._lock = (self.root / "lock").open("w")
        except OSError as error:
            raise StackError(
                f"The data directory {self.root} cannot be used ({error.strerror}). Give another one with --data-dir."
            ) from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.release()
            raise StackError(
                f"A ClawdBot stack already runs in {self.root}. Stop it first, or give another --data-dir."
            ) from None

    def _make(self) -> None:
        """It holds keys, and everything that tasks brought: nobody else on this machine has a look at it."""
        for directory in (self.root, self.logs, self.temporal_db.parent):
            directory.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        if os.geteuid() != 0:
            # Started as root, Postgres runs as another user and must find its way to its own directory.
            self.root.chmod(_PRIVATE)
        for directory in (self.logs, self.temporal_db.parent):
            directory.chmod(_PRIVATE)

    def free_bytes(self) -> int:
        """Room that is left on its disk."""
        return shutil.disk_usage(self.root).free

    def release(self) -> None:
        """Let another stack take the directory."""
        if self._lock:
            self._lock.close()
            self._lock = None

    def secrets(self) -> Secrets:
        """The secrets of this directory, made at first use, readable by the owner only.

        Raises:
            StackError: the file is damaged.
        """
        path = self.root / "secrets.json"
        if not path.exists():
            made = Secrets(
                postgres_password=secrets.token_urlsafe(32),
                jwt_secret=secrets.token_urlsafe(32),
                lease_secret=secrets.token_urlsafe(32),
                admin_password=secrets.token_urlsafe(12),
            )
            write_private(path, json.dumps(asdict(made), indent=2))
        try:
            found = Secrets(**json.loads(path.read_text()))
            if not all(isinstance(each, str) and each for each in asdict(found).values()):
                raise ValueError("a secret that is no text")
            return found
        except (ValueError, TypeError):
            raise StackError(
                f"{path} is damaged. Restore it from a backup, or move {self.root} away to start afresh."
            ) from None


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read: afterwards it is all there, or as it was. Survives a power cut."""
    temporary = path.with_suffix(".tmp")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        temporary.replace(path)
    except BaseException:
        # On a full disk what was written of it is in the way of the next try.
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    keep_name(path)


def free_ports() -> Ports:
    """Ports that are free right now, for a stack beside another (tests, demos)."""
    return Ports(*ports.free_ports(len(fields(Ports))))


def moved(chosen: Ports) -> list[tuple[str, int, int]]:
    """(part, its port, the usual one) of those that are elsewhere because something else is at the usual one."""
    usual = asdict(Ports())
    return [(part, port, usual[part]) for part, port in asdict(chosen).items() if port != usual[part]]


def usual_or_free_ports() -> Ports:
    """The usual ones; where one is in use, a free one for that part alone."""
    usual = Ports()
    busy = [part for part, port in asdict(usual).items() if not ports.is_free(port)]
    return replace(usual, **dict(zip(busy, ports.free_ports(len(busy)), strict=True)))


def refuse_busy(wanted: Ports) -> None:
    """Raises StackError when a port is taken, naming the port and what wanted it."""
    for part, port in asdict(wanted).items():
        if not ports.is_free(port):
            raise StackError(
                f"Port {port}, wanted by {part}, is in use. Stop the program that has it, "
                f"or start with --free-ports to pick free ports."
            )
