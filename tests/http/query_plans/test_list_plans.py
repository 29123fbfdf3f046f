"""Lists of tasks read their rows in the order of an index, and count without looking at rows: asked of Postgres."""

import re
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import pytest_asyncio
from sqlalchemy import ClauseElement
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks.million.rows import fill
from contracts.tasks.statuses import TaskStatus
from db.engine import DIALECT, make_engine
from db.models import Task
from db.tasks import timeline
from db.tasks.cursor import BadCursor, Cursor
from db.tasks.queries import (
    COUNT_CAP,
    ROWS_CAP,
    SORTS,
    TaskFilter,
    count_by_status,
    count_statement,
    count_tasks,
    counts_statement,
    find_tasks,
    matching,
)
from db.tasks.queries import page_statement as page
from db.tasks.timeline import Window
from tests.support.databases import cloned
from tests.support.servers import Servers

ROWS = 60_000
#: Each has an index of its own, which is enough to count.
ALONE = (
    TaskFilter(),
    TaskFilter(status=[TaskStatus.SUCCEEDED]),
    TaskFilter(task_type="reddit_crawl"),
    TaskFilter(ticker="T1"),
    TaskFilter(worker="worker-3"),
    TaskFilter(created_by="human:ada"),
)


@pytest.fixture(scope="module")
def filled(servers: Servers) -> Iterator[str]:
    """The address of a database of its own, with tasks of 90 days."""
    with cloned(servers) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            # VACUUM takes no row for visible to all whose commit may not have been written yet, and the servers of the
            # run commit without waiting: then it would be chance whether an index is enough.
            connection.execute("SET synchronous_commit = on")
            fill(connection, ROWS)
        yield url


@pytest_asyncio.fixture
async def connection(filled: str) -> AsyncIterator[AsyncConnection]:
    engine = make_engine(filled, process="tests", pool_size=1)
    async with engine.connect() as connection:
        yield connection
    await engine.dispose()


async def plan(connection: AsyncConnection, statement: ClauseElement) -> str:
    compiled = statement.compile(dialect=DIALECT, compile_kwargs={"literal_binds": True})
    lines = await connection.exec_driver_sql(f"EXPLAIN {compiled}".replace("%", "%%"))
    return "\n".join(str(line) for line in lines.scalars())


async def ids(connection: AsyncConnection, wanted: TaskFilter, sort: str, offset: int, limit: int) -> list[uuid.UUID]:
    found = await find_tasks(connection, wanted, sort=sort, offset=offset, limit=limit)
    return [row["id"] for row in found.rows]


@pytest.mark.parametrize("wanted", ALONE)
async def test_counting_looks_at_no_row(connection: AsyncConnection, wanted: TaskFilter) -> None:
    found = await plan(connection, count_statement(matching(wanted), COUNT_CAP + 1))
    assert "Index Only Scan" in found, found


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("sign", ["", "-"])
async def test_a_sort_is_the_order_of_an_index(connection: AsyncConnection, sort: str, sign: str) -> None:
    wanted = matching(TaskFilter())
    if sort == "completed_at":
        wanted = wanted.where(Task.__table__.c.completed_at.is_not(None))
    found = await plan(connection, page(wanted, sign + sort, 5_000, 50))
    assert re.search(rf"Index Only Scan (Backward )?using ix_tasks_{sort}", found), found
    assert "Seq Scan" not in found, found


@pytest.mark.parametrize("sort", [sign + sort for sort in SORTS for sign in ("", "-")])
async def test_pages_of_every_sort_join_up(connection: AsyncConnection, sort: str) -> None:
    """All rows once, in order, what has not ended last; also where a page lies on the border."""
    # One of them has ended, the others are open.
    wanted = TaskFilter(tag="batch-1160")
    at_once = await ids(connection, wanted, sort, 0, 200)
    leafed = [id_ for offset in range(0, 60, 7) for id_ in await ids(connection, wanted, sort, offset, 7)]
    assert leafed == at_once
    assert len(set(at_once)) == 50


@pytest.mark.parametrize("sort", [sign + sort for sort in SORTS for sign in ("", "-")])
async def test_cursors_of_every_sort_join_up(connection: AsyncConnection, sort: str) -> None:
    """Also where one place is behind all that has ended, or behind the last row of a status."""
    wanted = TaskFilter(tag="batch-1160")
    leafed: list[uuid.UUID] = []
    after: Cursor | None = None
    while True:
        found = await find_tasks(connection, wanted, sort=sort, limit=7, after=after)
        leafed += [row["id"] for row in found.rows]
        assert found.total == 50
        if found.next is None:
            break
        after = Cursor.read(str(found.next), sort)
    assert leafed == await ids(connection, wanted, sort, 0, 200)


@pytest.mark.parametrize("sort", [sign + sort for sort in SORTS for sign in ("", "-")])
async def test_a_cursor_is_a_place_in_an_index(connection: AsyncConnection, sort: str) -> None:
    """However deep it lies: nothing before it is read."""
    deep = (await find_tasks(connection, TaskFilter(), sort=sort, offset=30_000, limit=1)).next
    assert deep
    for part, order in deep.behind():
        found = await plan(connection, page(matching(TaskFilter()).where(part), order, 0, 50))
        assert re.search(rf"Index( Only)? Scan (Backward )?using ix_tasks_{order.removeprefix('-')}", found), found
        assert "Seq Scan" not in found, found
        assert "Sort Key" not in found.partition("Limit")[2], found


@pytest.mark.parametrize("text", ["", "x", "e30=", "W10=", "bnVsbA==", "WzEsMiwzLDRd", "ÿ", "a" * 400])
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(BadCursor):
        Cursor.read(text, "-created_at")


async def test_a_cursor_is_of_its_own_order(connection: AsyncConnection) -> None:
    found = await find_tasks(connection, TaskFilter(), sort="-priority", limit=1)
    with pytest.raises(BadCursor):
        Cursor.read(str(found.next), "priority")


async def test_counts_by_status_look_at_no_row(connection: AsyncConnection) -> None:
    each = [matching(TaskFilter(status=[status])) for status in TaskStatus]
    found = await plan(connection, counts_statement(each, COUNT_CAP + 1))
    assert found.count("Index Only Scan") == len(TaskStatus), found
    counts = await count_by_status(connection, TaskFilter())
    assert counts[TaskStatus.SUCCEEDED] == (COUNT_CAP, True)
    alone, _ = await count_tasks(connection, TaskFilter(status=[TaskStatus.PENDING]))
    assert counts[TaskStatus.PENDING] == (alone, False)


@pytest.mark.parametrize("name", ["begun", "reaching_in", "scheduled"])
async def test_a_window_of_the_timeline_is_read_by_an_index(connection: AsyncConnection, name: str) -> None:
    until = datetime.now(UTC)
    window = Window(until - timedelta(hours=2), until)
    statement = timeline._SQL[name]
    values = {**vars(window), "most": timeline.MOST}
    statement = statement.bindparams(**{key: values[key] for key in statement.compile().params})
    found = await plan(connection, statement)
    assert "Seq Scan" not in found, found


async def test_completion_puts_what_is_open_last(connection: AsyncConnection) -> None:
    # The newest 2,000 are open.
    wanted = TaskFilter(ticker="T1")
    for sort in ("completed_at", "-completed_at"):
        rows = (await find_tasks(connection, wanted, sort=sort, offset=0, limit=10_000)).rows
        ended = [row["completed_at"] for row in rows if row["completed_at"]]
        assert all(row["completed_at"] for row in rows[: len(ended)])
        assert 0 < len(ended) < len(rows)
        assert ended == sorted(ended, reverse=sort.startswith("-"))
        beyond = len(ended) + 3
        assert await ids(connection, wanted, sort, beyond, 5) == [row["id"] for row in rows[beyond:][:5]]


async def test_where_counting_ends(connection: AsyncConnection) -> None:
    assert await count_tasks(connection, TaskFilter()) == (COUNT_CAP, True)
    words = await find_tasks(connection, TaskFilter(text="reddit"), sort="-created_at", offset=0, limit=20)
    assert (len(words.rows), words.total, words.is_capped) == (20, ROWS_CAP, True)
    few = await find_tasks(connection, TaskFilter(text="reddit word77"), sort="created_at", offset=0, limit=200)
    assert (0 < len(few.rows) == few.total < ROWS_CAP, few.is_capped) == (True, False)
    assert [row["created_at"] for row in few.rows] == sorted(row["created_at"] for row in few.rows)
    assert await count_tasks(connection, TaskFilter(tag="batch-7")) == (50, False)
    failed = TaskFilter(status=[TaskStatus.FAILED], task_type="reddit_crawl")
    count, is_capped = await count_tasks(connection, failed)
    assert (count > 300, is_capped) == (True, False)
