"""Prepares a new stack: tables, the admin, and keys for the local CLI and worker."""

import asyncio
import json
from pathlib import Path

from contracts.task_types import OFFERED
from db.engine import make_engine
from db.migrate import migrate
from db.people.first_people import ensure_user, ensure_worker, user_key, worker_key
from services.people.passwords import hash_password
from workers.embedded.errors import StackError
from workers.embedded.layout import DataDirectory, write_private

ADMIN = "admin"
LOCAL_WORKER = "local"


async def prepare_database(
    directory: DataDirectory, url: str, api_url: str, admin_password: str, concurrency: int
) -> bool:
    """Migrate and create what is missing. Returns whether the admin was just created (first run)."""
    await asyncio.to_thread(migrate, url)
    engine = make_engine(url, process="first-run", pool_size=1)
    try:
        async with engine.begin() as connection:
            password_hash = await asyncio.to_thread(hash_password, admin_password)
            admin, created = await ensure_user(connection, ADMIN, "admin", password_hash)
            worker = await ensure_worker(connection, LOCAL_WORKER, list(OFFERED), concurrency)
            # Keys are shown once, so they live in files; a new database makes the old files worthless.
            if created or not directory.cli_file.exists():
                _keep(directory.cli_file, api_url, await user_key(connection, admin, "local CLI"))
            if created or not directory.worker_file.exists():
                _keep(directory.worker_file, api_url, await worker_key(connection, worker))
    finally:
        await engine.dispose()
    for file in (directory.cli_file, directory.worker_file):
        _keep(file, api_url, read_key(file))
    return created


def read_key(file: Path) -> str:
    """The key in one of our key files.

    Raises:
        StackError: the file is damaged.
    """
    try:
        key = json.loads(file.read_text())["api_key"]
    except (ValueError, TypeError, KeyError):
        key = None
    if not isinstance(key, str) or not key:
        raise StackError(f"{file} is damaged. Delete it and start again; a new key is made.")
    return key


def _keep(file: Path, api_url: str, key: str) -> None:
    write_private(file, json.dumps({"api_url": api_url, "api_key": key}, indent=2))
