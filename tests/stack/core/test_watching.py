"""The watcher reads what is new, once, and goes on where it was; rows that wait cost nothing while nothing differs."""

import uuid
from typing import Any, cast

from temporalio.client import Client

from tests.stack.core.alone import Alone
from tests.support.until import until
from workers.core.mirror.visibility import count_open_runs, pages
from workers.core.mirror.waiting_rows import WaitingRows
from workers.core.mirror.watcher import Watcher


async def listed(sides: Alone, status: str, count: int) -> list[str]:
    """All workflow ids of a status, once Temporal lists as many."""
    what = f"{count} are listed as {status}"
    return await until(lambda: _listed(sides, status), what, is_right=lambda found: len(found) == count)


async def _listed(sides: Alone, status: str) -> list[str]:
    found = [page async for page in pages(sides.client, status, first=1, size=2)]
    times = [when for page in found for when in (page.newest, page.oldest)]
    assert times == sorted(times, reverse=True)
    return [run.workflow_id for page in found for run in page.tasks]


class Counting:
    """A client that counts the lists that are asked of it."""

    def __init__(self, client: Client) -> None:
        self.namespace = client.namespace
        self.workflow_service = self
        self.lists = 0
        self._service = client.workflow_service

    async def list_workflow_executions(self, request: Any) -> Any:
        self.lists += 1
        return await self._service.list_workflow_executions(request)


class Clock:
    """On which ten minutes pass whenever somebody looks at it: a very busy machine."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 600
        return self.now


async def test_temporal_lists_the_newest_first(sides: Alone) -> None:
    """On which all depends: open runs by their start, ended ones by their end."""
    started = [await sides.start() for _ in range(4)]
    assert await listed(sides, "Running", 4) == started[::-1]
    for id_ in (started[2], started[0], started[3]):
        sides.temporal.terminate(id_)
    assert await listed(sides, "Terminated", 3) == [started[3], started[0], started[2]]
    assert await listed(sides, "Running", 1) == [started[1]]


async def test_it_finds_what_differs_and_asks_about_nothing_else(sides: Alone) -> None:
    right, by_hand, ended, ended_otherwise = [await sides.both(), await sides.start()] + [
        await sides.both() for _ in range(2)
    ]
    for id_ in (ended, ended_otherwise):
        sides.temporal.terminate(id_, "enough")
    # As its last local activity does if the termination overtook it.
    await sides.change(
        ended_otherwise, "UPDATE tasks SET status = 'succeeded', state_order = 2000000000 WHERE id = CAST(:id AS uuid)"
    )
    await listed(sides, "Terminated", 2)
    await Watcher(sides.engine, sides.client, sides.reconciler).look(late=True)
    assert sorted(sides.reconciler.asked) == sorted([by_hand, ended, ended_otherwise])
    statuses = [(await sides.shown(id_)).status for id_ in (right, by_hand, ended, ended_otherwise)]
    assert statuses == ["pending", "pending", "cancelled", "cancelled"]


async def test_while_nothing_happens_two_lists_are_asked_for(sides: Alone) -> None:
    id_ = await sides.both()
    sides.temporal.terminate(id_)
    await listed(sides, "Terminated", 1)
    client = Counting(sides.client)
    watcher = Watcher(sides.engine, cast("Client", client), sides.reconciler)
    for _ in range(2):
        await watcher.look(late=False)
    assert (await sides.shown(id_)).status == "cancelled"
    client.lists = 0
    await watcher.look(late=False)
    assert client.lists == 2
    # The next end is seen as soon as it is listed.
    other = await sides.both()
    await watcher.look(late=False)
    sides.temporal.terminate(other)
    await listed(sides, "Terminated", 2)
    await watcher.look(late=False)
    assert (await sides.shown(other)).status == "cancelled"


async def test_a_run_that_ended_before_anybody_saw_it_run_is_followed(sides: Alone) -> None:
    """As of a reset that somebody terminates at once: it is current, and the row stood at the run before."""
    id_ = await sides.both()
    sides.temporal.terminate(id_)
    await listed(sides, "Terminated", 1)
    watcher = Watcher(sides.engine, sides.client, sides.reconciler)
    await watcher.look(late=False)
    first = (await sides.shown(id_)).run_id
    await sides.start(id_)
    sides.temporal.terminate(id_)
    await listed(sides, "Terminated", 2)
    await watcher.look(late=False)
    shown = await sides.shown(id_)
    current = (await sides.client.get_workflow_handle(id_).describe()).run_id
    assert (shown.run_id, shown.status) == (current, "cancelled")
    assert current != first
    # The run before is no news.
    sides.reconciler.asked.clear()
    await watcher.look(late=True)
    assert sides.reconciler.asked == []


async def test_a_restart_goes_on_where_the_last_one_was(sides: Alone) -> None:
    early = await sides.both()
    sides.temporal.terminate(early)
    await listed(sides, "Terminated", 1)
    # All by Temporal's own time: as if it had been compared long ago.
    async with sides.engine.begin() as connection:
        for question in ("Terminated", "Running"):
            await connection.exec_driver_sql(
                "INSERT INTO watch_marks VALUES (%(question)s, now() + interval '1 hour')", {"question": question}
            )
    later = [await sides.both() for _ in range(3)]
    watcher = Watcher(sides.engine, sides.client, sides.reconciler)
    await watcher.read_marks()
    await watcher.look(late=False)
    # The first page is always compared: of a single run.
    assert sides.reconciler.asked == [early]
    [newest] = [page.newest async for page in pages(sides.client, "Running", first=3, size=1)][:1]
    assert await sides.mark("Running") == newest
    sides.reconciler.asked.clear()
    for id_ in later:
        sides.temporal.terminate(id_)
    await listed(sides, "Terminated", 4)
    another = Watcher(sides.engine, sides.client, sides.reconciler)
    await another.read_marks()
    await another.look(late=False)
    assert sorted(sides.reconciler.asked) == sorted(later)


async def test_rows_that_wait_are_not_asked_about_one_by_one(sides: Alone) -> None:
    waiting = [await sides.both() for _ in range(25)]
    await until(lambda: count_open_runs(sides.client), "25 are open", is_right=lambda count: count == 25)
    rows = WaitingRows(sides.engine, sides.client, sides.reconciler)
    await rows.look()
    # A few in turn, whatever is the case.
    assert len(sides.reconciler.asked) == 10
    # Nothing differs: nobody else is asked about, however often. One workflow is gone: only its row is.
    lost = str(uuid.uuid4())
    await sides.row(lost)
    # The last one of all, so that its turn does not come by itself.
    await sides.change(lost, "UPDATE tasks SET created_at = now() - interval '2 hours' WHERE id = CAST(:id AS uuid)")
    sides.reconciler.asked.clear()
    await WaitingRows(sides.engine, sides.client, sides.reconciler).look()
    assert len(set(sides.reconciler.asked) - {lost}) <= 10
    assert await sides.commands(lost) == ["start"]
    assert {(await sides.shown(id_)).status for id_ in waiting} == {"pending"}


async def test_listing_rests_by_what_it_lists_and_not_by_how_long_that_takes(sides: Alone) -> None:
    for _ in range(3):
        await sides.both()
    await until(lambda: count_open_runs(sides.client), "3 are open", is_right=lambda count: count == 3)
    rows = WaitingRows(sides.engine, sides.client, sides.reconciler, Clock())
    await rows.look()
    lost = str(uuid.uuid4())
    await sides.row(lost)
    await rows.look()
    assert await sides.commands(lost) == ["start"]


async def test_a_row_that_waits_for_its_time_rests(sides: Alone) -> None:
    later = str(uuid.uuid4())
    await sides.row(later, "scheduled")
    await sides.change(later, "UPDATE tasks SET run_at = now() + interval '1 day' WHERE id = CAST(:id AS uuid)")
    await WaitingRows(sides.engine, sides.client, sides.reconciler).look()
    assert sides.reconciler.asked == []
    await sides.change(later, "UPDATE tasks SET run_at = now() - interval '1 second' WHERE id = CAST(:id AS uuid)")
    await WaitingRows(sides.engine, sides.client, sides.reconciler).look()
    assert sides.reconciler.asked == [later]
    assert await sides.commands(later) == ["start"]
