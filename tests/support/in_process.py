"""The API in this process, served as its own process does it, over a database of its own. Nothing else runs."""

import asyncio
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import make_url

from api.app import create_app
from api.main import listening
from contracts.settings import ServerSettings
from db.engine import make_engine
from db.people.first_people import ensure_user, user_key
from services.people.passwords import hash_password
from tests.serving import serving
from tests.support import plain_http
from tests.support.databases import cloned
from tests.support.facade import Facade, eventually
from tests.support.servers import Servers
from workers.embedded.key_files import ADMIN


@dataclass
class InProcess(Facade):
    """What is asked there is done by a thread of this process. Tasks stay as they are submitted."""

    settings: ServerSettings
    url: str
    key: str

    @property
    def api_url(self) -> str:
        return self.url

    @property
    def admin_key(self) -> str:
        return self.key

    @property
    def database_url(self) -> str:
        return self.settings.database_url.get_secret_value()

    @property
    def secrets(self) -> dict[str, str]:
        names = ("jwt_secret", "lease_secret")
        return {name: getattr(self.settings, name).get_secret_value() for name in names}

    def wait_until_ready(self) -> None:
        def is_ready() -> bool:
            return plain_http.get(f"{self.api_url}/readyz").status_code == 200

        eventually(is_ready, 30, "the API in this process is ready")


@contextmanager
def in_process(servers: Servers, postgres_port: int | None = None, **settings: str) -> Iterator[InProcess]:
    """With these settings (names without CLAWDBOT_, in small letters), until the block ends.

    ``postgres_port``: of a way to Postgres that the test can block.
    """
    secrets = {name: uuid.uuid4().hex * 2 for name in ("jwt_secret", "lease_secret")}
    with cloned(servers) as database_url:
        key = asyncio.run(_admin_key(database_url))
        if postgres_port is not None:
            database_url = make_url(database_url).set(port=postgres_port).render_as_string(hide_password=False)
        given = ServerSettings.model_validate({"database_url": database_url, **secrets, **settings})
        with serving(create_app(given), **listening(given), lifespan="on", ws="auto") as api_url:
            facade = InProcess(given, api_url, key)
            facade.wait_until_ready()
            yield facade
            facade.close()


async def _admin_key(database_url: str) -> str:
    """Of the admin that a first run makes."""
    engine = make_engine(database_url, process="tests", pool_size=1)
    try:
        async with engine.begin() as connection:
            admin, _ = await ensure_user(connection, ADMIN, "admin", hash_password(uuid.uuid4().hex))
            return await user_key(connection, admin, "local CLI")
    finally:
        await engine.dispose()
