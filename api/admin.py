"""`python -m api.admin`: migrates the database and makes the first admin, on a stack that is not the embedded one."""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence

from contracts.people.requests import SHORTEST_PASSWORD
from contracts.settings import ServerSettings
from db.engine import make_engine
from db.migrate import migrate
from db.people.first_people import ensure_user
from db.schema_version import SchemaTooNew
from services.people.passwords import hash_password

_VARIABLE = "CLAWDBOT_ADMIN_PASSWORD"


def main(arguments: Sequence[str] | None = None) -> int:
    """Create a user; 0 if it is there afterwards, 2 if the password, or the database, cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m api.admin", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    create = commands.add_parser(
        "create-user", help=f"create a user with the password in {_VARIABLE}; an existing one is left alone"
    )
    create.add_argument("name")
    create.add_argument("role", choices=["admin", "operator", "viewer"])
    given = parser.parse_args(arguments)
    password = os.environ.get(_VARIABLE, "")
    if len(password) < SHORTEST_PASSWORD:
        sys.stderr.write(f"Set {_VARIABLE} to a password of at least {SHORTEST_PASSWORD} characters.\n")
        return 2
    try:
        sys.stdout.write(asyncio.run(_create_user(given.name, given.role, password)))
    except SchemaTooNew as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


async def _create_user(name: str, role: str, password: str) -> str:
    url = ServerSettings().database_url.get_secret_value()
    await asyncio.to_thread(migrate, url)
    engine = make_engine(url, process="admin", pool_size=1)
    try:
        async with engine.begin() as connection:
            _, created = await ensure_user(connection, name, role, hash_password(password))
    finally:
        await engine.dispose()
    if created:
        return f"Created {name} with the role {role}.\n"
    return f"There is a user {name} already; role and password were left as they are.\n"


if __name__ == "__main__":
    raise SystemExit(main())
