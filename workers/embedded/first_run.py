"""`python -m workers.embedded.first_run DIRECTORY API_URL CONCURRENCY`: tables, the admin, keys for CLI and worker.

A process of its own, which ends: what it takes for it (SQLAlchemy, migrations, hashing) was a third of the memory that
the supervisor kept for as long as the stack ran.
"""

import asyncio
import os
import sys
from pathlib import Path

from contracts.task_types import OFFERED
from db.engine import make_engine
from db.migrate import migrate
from db.people.first_people import ensure_user, ensure_worker, user_key, worker_key
from db.schema_version import SchemaTooNew
from services.people.passwords import hash_password
from workers.embedded.errors import StackError
from workers.embedded.key_files import ADMIN, LOCAL_WORKER, keep_key, read_key
from workers.embedded.layout import DataDirectory
from workers.embedded.preparing import PREPARED, PREPARED_FIRST


async def prepare_database(directory: DataDirectory, url: str, api_url: str, concurrency: int) -> bool:
    """Migrate and create what is missing. Returns whether the admin was just created (first run)."""
    await asyncio.to_thread(migrate, url)
    engine = make_engine(url, process="first-run", pool_size=1)
    try:
        async with engine.begin() as connection:
            password_hash = await asyncio.to_thread(hash_password, directory.secrets().admin_password)
            admin, created = await ensure_user(connection, ADMIN, "admin", password_hash)
            worker = await ensure_worker(connection, LOCAL_WORKER, list(OFFERED), concurrency)
            # Keys are shown once, so they live in files; a new database makes the old files worthless.
            if created or not directory.cli_file.exists():
                keep_key(directory.cli_file, api_url, await user_key(connection, admin, "local CLI"))
            if created or not directory.worker_file.exists():
                keep_key(directory.worker_file, api_url, await worker_key(connection, worker))
    finally:
        await engine.dispose()
    for file in (directory.cli_file, directory.worker_file):
        keep_key(file, api_url, read_key(file))
    return created


def main() -> None:
    root, api_url, concurrency = sys.argv[1:]
    os.umask(0o077)
    url = os.environ["CLAWDBOT_DATABASE_URL"]
    try:
        created = asyncio.run(prepare_database(DataDirectory(Path(root)), url, api_url, int(concurrency)))
    except (StackError, SchemaTooNew) as error:
        sys.exit(str(error))
    sys.exit(PREPARED_FIRST if created else PREPARED)


if __name__ == "__main__":
    main()
