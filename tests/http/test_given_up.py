"""A request that is given up at any moment leaves no connection behind."""

import asyncio

from sqlalchemy.pool import QueuePool

from db.engine import make_engine
from db.session import Database
from tests.support.databases import cloned
from tests.support.servers import Servers

#: Turns of the event loop; opening a connection that the pool has takes a few.
TURNS = 40


def test_a_caller_who_gives_up_leaves_no_connection_behind(servers: Servers) -> None:
    with cloned(servers) as url:
        assert asyncio.run(_left_behind(url)) == {}


async def _left_behind(url: str) -> dict[int, int]:
    """After how many turns somebody gave up, and how many connections that cost."""
    engine = make_engine(url, process="tests", pool_size=1)
    database, pool = Database(engine), engine.pool
    assert isinstance(pool, QueuePool)
    left = {}
    try:
        async with database.transaction(single=True):
            pass
        for turns in range(TURNS):
            using = asyncio.create_task(_use(database))
            for _ in range(turns):
                await asyncio.sleep(0)  # a turn of the loop: how far it has come
            using.cancel()
            await asyncio.gather(using, return_exceptions=True)
            await _others()
            if missing := pool.checkedout():
                left[turns] = missing
                break
        return left
    finally:
        await engine.dispose()


async def _use(database: Database) -> None:
    async with database.transaction(single=True):
        pass


async def _others() -> None:
    """All other tasks of this loop are done."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*others, return_exceptions=True)
