"""Sees whether the tables are those that this version of ours was made for.

core brings them to its own version when it starts. A process of an older version may then write what the newer one has
no place for, or find no index by which it writes (0054 dropped one): so it writes nothing any more, and says why.
Only the gateway goes on: workers wait for nobody else.
"""

import asyncio
import logging
from functools import cache
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import one_by_one

logger = logging.getLogger(__name__)

VERSIONS = Path(__file__).parent / "migrations" / "versions"
_VERSION = text("SELECT version_num FROM alembic_version")
#: What a process does beside tables of another version, in words of a person.
_NOTHING = "Nothing is written from here"
GOES_ON = "What workers report is written all the same"
_LOOK_SECONDS = 5.0
_AGAIN_SECONDS = 1.0


class SchemaTooNew(Exception):
    """The tables are those of a newer version than this process is of."""


@cache
def newest_known() -> str:
    """The last migration that this version has, told by the names of the files: Alembic itself takes 10 MB."""
    return max(path.name for path in VERSIONS.glob("[0-9]*.py")).partition("_")[0]


def mismatch_of(found: str, meanwhile: str = _NOTHING) -> str | None:
    """What a person is told about tables of this version, empty where there are none; None: they are ours."""
    known = newest_known()
    if found > known:
        return (
            f"The database is of a newer version of ClawdBot (its tables are {found}, this process knows {known}). "
            f"{meanwhile}: replace this process by the newer version."
        )
    if found < known:
        return (
            f"The tables of the database are older than this process (they are {found or 'not there'}, it needs "
            f"{known}). {meanwhile} until core has brought them up, which it does when it starts."
        )
    return None


class SchemaWatch:
    """Looks now and then, since core of another version may be started at any time."""

    def __init__(self, engine: AsyncEngine, meanwhile: str = _NOTHING) -> None:
        self._engine = engine
        self._meanwhile = meanwhile
        #: Why nothing may be written; None: it may, or nobody knows yet.
        self.mismatch: str | None = None
        self.is_newer = False

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            answered = await self.look()
            await asyncio.sleep(_LOOK_SECONDS if answered and not self.mismatch else _AGAIN_SECONDS)

    async def look(self) -> bool:
        """Whether Postgres said; if it did not, what it said before holds."""
        try:
            found = await self._found()
        except (SQLAlchemyError, OSError) as error:
            logger.warning("cannot see right now of which version the tables are: %s", error)
            return False
        before, self.mismatch = self.mismatch, mismatch_of(found, self._meanwhile)
        self.is_newer = found > newest_known()
        if self.mismatch != before:
            if self.mismatch:
                logger.error(self.mismatch)
            else:
                logger.info("the tables are those of this version")
        return True

    async def _found(self) -> str:
        try:
            async with one_by_one(self._engine).connect() as connection:
                return str((await connection.execute(_VERSION)).scalar() or "")
        except ProgrammingError:
            # There is no such table: nobody has made any yet.
            return ""

    async def until_newer(self) -> None:
        """For a process that is of no use then: it ends with the sentence.

        Raises:
            SchemaTooNew: a newer version has migrated the tables.
        """
        while True:
            await self.look()
            if self.is_newer:
                raise SchemaTooNew(self.mismatch)
            await asyncio.sleep(_LOOK_SECONDS)
