"""Events are read as soon as they are committed, each once, in whatever order their transactions end."""

import random
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncTransaction

from api.events.hub import Listener, Told
from contracts.tasks.views import EventView
from db.engine import make_engine, one_by_one
from db.tasks.event_places import Place, events_behind, events_since, place_now
from tests.support.databases import cloned
from tests.support.fixtures import servers
from tests.support.servers import Servers

__all__ = ["servers"]

TASK = uuid.uuid4()
_WRITE = text(
    "INSERT INTO task_events (task_id, type, status) VALUES (:task_id, 'note', 'running') RETURNING id"
).bindparams(task_id=TASK)
_MANY = text("""
INSERT INTO task_events (task_id, type, status) SELECT gen_random_uuid(), 'note', 'running'
FROM generate_series(1, 20000)
""")


@pytest.fixture(scope="module")
def url(servers: Servers) -> Iterator[str]:
    with cloned(servers) as address:
        yield address


@pytest.fixture
async def engine(url: str) -> AsyncIterator[AsyncEngine]:
    made = make_engine(url, process="tests")
    yield made
    await made.dispose()


class Reader:
    """Goes on from place to place."""

    def __init__(self, connection: AsyncConnection, place: Place) -> None:
        self._connection = connection
        self.place = place

    async def read(self) -> list[int]:
        events, self.place = await events_since(self._connection, self.place, 1_000)
        return [each.id for each in events]


async def write(connection: AsyncConnection) -> int:
    id_: int = (await connection.execute(_WRITE)).scalar_one()
    return id_


async def reader(stack: AsyncExitStack, engine: AsyncEngine) -> Reader:
    connection = await stack.enter_async_context(one_by_one(engine).connect())
    return Reader(connection, (await place_now(connection))[0])


async def test_an_event_whose_details_were_damaged_keeps_back_none_that_follow(engine: AsyncEngine) -> None:
    async with AsyncExitStack() as stack:
        reading = await reader(stack, engine)
        async with engine.begin() as connection:
            written = [await write(connection) for _ in range(2)]
            await connection.execute(text("UPDATE task_events SET details = '7' WHERE id = :id"), {"id": written[0]})
        assert await reading.read() == written


async def test_what_is_committed_late_is_read_late_and_holds_nobody_up(engine: AsyncEngine) -> None:
    async with AsyncExitStack() as stack:
        late, other = [await stack.enter_async_context(engine.connect()) for _ in range(2)]
        reading = await reader(stack, engine)
        first = await write(late)
        second = await write(other)
        await other.commit()
        assert await reading.read() == [second]
        assert await reading.read() == []
        await late.commit()
        assert await reading.read() == [first]


async def test_what_is_rolled_back_is_never_waited_for(engine: AsyncEngine) -> None:
    async with AsyncExitStack() as stack:
        gone, other = [await stack.enter_async_context(engine.connect()) for _ in range(2)]
        reading = await reader(stack, engine)
        await write(gone)
        await gone.rollback()
        second = await write(other)
        await other.commit()
        assert await reading.read() == [second]


@pytest.mark.parametrize("seed", range(8))
async def test_in_any_order_each_comes_once_and_at_once(engine: AsyncEngine, seed: int) -> None:
    draw = random.Random(seed)
    async with AsyncExitStack() as stack:
        writers = [await stack.enter_async_context(engine.connect()) for _ in range(4)]
        reading = await reader(stack, engine)
        begun: dict[AsyncConnection, tuple[AsyncTransaction, list[int]]] = {}
        due: list[int] = []
        for _ in range(60):
            writer = draw.choice(writers)
            if writer not in begun:
                begun[writer] = await writer.begin(), []
            match draw.choice(("write", "write", "commit", "rollback", "read")):
                case "write":
                    begun[writer][1].append(await write(writer))
                case "commit":
                    transaction, wrote = begun.pop(writer)
                    await transaction.commit()
                    due += wrote
                case "rollback":
                    await begun.pop(writer)[0].rollback()
                case "read":
                    assert await reading.read() == sorted(due)
                    due = []
        assert await reading.read() == sorted(due)


async def test_between_two_places_is_what_was_committed_between_them(engine: AsyncEngine) -> None:
    async with AsyncExitStack() as stack:
        slow, other = [await stack.enter_async_context(engine.connect()) for _ in range(2)]
        reading = await reader(stack, engine)
        before = reading.place
        first, second = await write(slow), await write(other)
        await other.commit()
        await reading.read()
        middle = reading.place
        await slow.commit()
        third = await write(other)
        await other.commit()
        await reading.read()
        ask = await stack.enter_async_context(one_by_one(engine).connect())
        between = [(before, middle), (middle, reading.place), (before, reading.place)]
        found = [[each.id for each in (await events_since(ask, one, 9, until=two))[0]] for one, two in between]
        assert found == [[second], [first, third], [first, second, third]]
        mine = await events_since(ask, before, 9, task_ids=[TASK])
        assert [each.id for each in mine[0]] == [first, second, third]
        assert (await events_since(ask, before, 9, task_ids=[uuid.uuid4()]))[0] == []
        behind = await events_behind(ask, first, middle, 9, task_ids=[TASK])
        assert [each.id for each in behind] == [second]


async def test_rows_of_a_database_that_was_restored_are_not_news(engine: AsyncEngine) -> None:
    async with AsyncExitStack() as stack:
        reading = await reader(stack, engine)
        async with engine.begin() as connection:
            id_ = await write(connection)
            await connection.execute(
                text("UPDATE task_events SET xact_id = CAST('999999999999' AS xid8) WHERE id = :id"), {"id": id_}
            )
        assert await reading.read() == []


async def test_it_reads_by_the_index(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        place, _ = await place_now(connection)
        await connection.execute(_MANY)
        await connection.commit()
        await connection.execute(text("ANALYZE task_events"))
        now, _ = await place_now(connection)
        rows = await connection.execute(
            text("EXPLAIN SELECT id FROM task_events WHERE xact_id >= CAST(:at AS xid8) ORDER BY xact_id LIMIT 5001"),
            {"at": str(now.following)},
        )
        assert "ix_task_events_xact_id" in "".join(rows.scalars())
        assert len((await events_since(connection, place, 5_001))[0]) == 5_001


@pytest.mark.parametrize(
    "nonsense", ["", "7", "7:8", "8:7:", "7:9:12", "7:9:3", "a:b:c", "7:9:8,", "7:9:²", f"7:{'9' * 19}:", "7:9:8;"]
)
def test_what_is_no_place(nonsense: str) -> None:
    assert Place.parse(nonsense) is None


@pytest.mark.parametrize("written", ["7:7:", "7:9:7", "7:9:7,8"])
def test_a_place_is_written_as_postgres_does(written: str) -> None:
    assert str(Place.parse(written)) == written


def test_whoever_breaks_off_in_between_is_given_all_of_it_again() -> None:
    before, after = Place(1, 1), Place(9, 9)
    listener = Listener(frozenset([TASK]))
    listener.offer([_event(1, TASK), _event(2, TASK), _event(3, uuid.uuid4())], before, after)
    heard = [listener.queue.get_nowait() for _ in range(listener.queue.qsize())]
    assert [(each.event.id, each.place) for each in heard if each] == [(1, before), (2, after)]


def test_a_listener_that_is_too_slow_is_told_once() -> None:
    listener = Listener(None)
    listener.offer([_event(number, TASK) for number in range(3_000)], Place(1, 1), Place(9, 9))
    heard = [listener.queue.get_nowait() for _ in range(listener.queue.qsize())]
    assert heard.count(None) == 1
    assert heard[-1] is None
    # Whoever breaks off before they are told goes on behind the last one that they got: none before it may be missing.
    assert [each.event.id for each in heard if each] == list(range(len(heard) - 1))


def _event(id_: int, task_id: uuid.UUID) -> Told:
    event = {
        "id": id_, "task_id": task_id, "type": "note", "status": "running", "round": 0, "attempt": None,
        "worker_id": None, "actor": None, "details": None, "created_at": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    return Told(EventView.model_validate(event))
