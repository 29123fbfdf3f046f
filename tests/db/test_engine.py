"""The pool: what a lost connection costs, and what stands in an error."""

from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import make_engine
from db.own_connection import OwnConnection, for_psycopg
from db.stored_json import UNREADABLE
from tests.support.databases import cloned
from tests.support.fixtures import servers
from tests.support.servers import Servers

__all__ = ["servers"]

_PID = text("SELECT pg_backend_pid()")
_LAST_QUERY = "SELECT query FROM pg_stat_activity WHERE pid = %s"
#: What SQLAlchemy asks only to hear an answer.
_PING = ";"


@pytest.fixture(scope="module")
def url(servers: Servers) -> Iterator[str]:
    with cloned(servers) as address:
        yield address


@pytest.fixture
async def engine(url: str) -> AsyncIterator[AsyncEngine]:
    made = make_engine(url, process="tests", pool_size=1, ask_first=True)
    yield made
    await made.dispose()


async def _used(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return int((await connection.execute(_PID)).scalar_one())


async def test_a_connection_that_has_just_been_used_is_not_asked_whether_it_lives(
    engine: AsyncEngine, url: str
) -> None:
    pid = await _used(engine)
    with psycopg.connect(url, autocommit=True) as other:
        async with engine.connect():
            [(query,)] = other.execute(_LAST_QUERY, (pid,)).fetchall()
    assert query != _PING


async def test_a_connection_that_was_cut_costs_nobody_a_failed_request(engine: AsyncEngine, url: str) -> None:
    pid = await _used(engine)
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", (pid,))
    assert await _used(engine) != pid


@pytest.mark.parametrize("ask_first", [True, False])
async def test_what_rests_is_ended_by_postgres_and_nobody_notices(url: str, *, ask_first: bool) -> None:
    engine = make_engine(url, process="tests", pool_size=3, ask_first=ask_first)
    with psycopg.connect(url, autocommit=True) as other:
        async with engine.connect() as first, engine.connect() as second:
            pids = [(await each.execute(_PID)).scalar_one() for each in (first, second)]
            assert (await first.execute(text("SHOW idle_session_timeout"))).scalar_one() == "1min"
        [(ended,)] = other.execute("SELECT pg_terminate_backend(%s, 10000)", (pids[0],)).fetchall()
        assert ended
    async with engine.connect() as third, engine.connect() as fourth:
        used = {(await each.execute(_PID)).scalar_one() for each in (third, fourth)}
    await engine.dispose()
    assert used & set(pids) == {pids[1]}, "only what was ended is replaced"


async def test_an_error_does_not_repeat_what_people_wrote(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        with pytest.raises(DBAPIError) as raised:
            await connection.execute(text("SELECT 1 / (length(:said) - length(:said))"), {"said": "my password"})
    assert "my password" not in str(raised.value)


@pytest.mark.parametrize("json", ['{"a":' * 3_000 + "1" + "}" * 3_000, "1" * 5_000], ids=["deep", "long"])
async def test_json_that_python_cannot_hold_takes_nothing_else_with_it(
    engine: AsyncEngine, url: str, json: str
) -> None:
    """Written by hand, it stopped whoever reads such rows in turn: rules, commands, events."""
    both = text("SELECT CAST(:json AS jsonb) AS one, CAST(:other AS jsonb) AS other")
    values = {"json": json, "other": '{"b": [1, 2.5, "x", null]}'}
    read = (UNREADABLE, {"b": [1, 2.5, "x", None]})
    async with engine.connect() as connection:
        assert tuple((await connection.execute(both, values)).one()) == read
    own = OwnConnection(url, process="tests")
    [row] = await own.rows(for_psycopg(both), values)
    assert tuple(row.values()) == read
    await own.close()
