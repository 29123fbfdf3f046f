"""Whom a worker serves: who may say so, where tasks wait then, and what is told of those that wait."""

import asyncio
import uuid
from typing import Any

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from contracts.alerts.rules import RuleKind
from contracts.names import own_queue
from db.engine import connect_args
from db.tasks import outbox
from db.workers import circuits
from db.workers.bot_leases import waiting_queues
from db.workers.own_queues import move_tasks, probed_queue, tasks_elsewhere
from db.workers.retry_on_another_worker import Avoidance, avoid_workers, avoided_workers
from tests.http.people.test_joining import bootstrap, invite, join
from tests.http.tasks.test_alert_facts import ask
from tests.http.tasks.test_worker_states import rolled_back
from tests.http.workspaces.teams import make_member, make_workspace
from tests.stack.people import in_database
from tests.support.facade import Api, Facade
from workers.core.queues import moves as queue_moves
from workers.core.queues.moves import QueueMoves

_ONLINE = text("""
UPDATE workers SET polling = :polling, last_seen_at = now(), status = 'idle', online_since = now() WHERE id = :id
""")
_GATEWAY = text("""
INSERT INTO service_beats (name, started_at, at) VALUES ('gateway', now() - interval '1 hour', now())
ON CONFLICT (name) DO UPDATE SET started_at = EXCLUDED.started_at, at = EXCLUDED.at
""")


@pytest.fixture
def team(api: Api) -> str:
    return make_workspace(api)


def worker_for(api: Api, *workspaces: str, capabilities: tuple[str, ...] = ("echo",)) -> dict[str, Any]:
    body = {"name": f"serves-{uuid.uuid4().hex[:8]}", "capabilities": capabilities, "serves": workspaces or None}
    made = api.http.post("/workers/register", json=body)
    assert made.status_code == 201, made.text
    return dict(made.json())


def change(api: Api, worker: dict[str, Any], **fields: Any) -> dict[str, Any]:
    changed = api.http.patch(f"/workers/{worker['id']}", json=fields)
    assert changed.status_code == 200, changed.text
    return dict(changed.json())


def asked(stack: Facade, worker: dict[str, Any]) -> set[str]:
    return set(bootstrap(stack, worker["api_key"]).json()["queues"])


def test_whom_a_worker_serves_is_said_and_changed(api: Api, stack: Facade, team: str) -> None:
    other = make_workspace(api)
    worker, for_all = worker_for(api, team, "default", team), worker_for(api)
    try:
        assert (worker["serves"], for_all["serves"]) == ([team, "default"], None)
        assert asked(stack, worker) == {own_queue(team, "echo"), own_queue("default", "echo")}
        assert asked(stack, for_all) >= {"echo", own_queue(team, "echo"), own_queue("default", "echo")}
        # What is left out stays.
        assert change(api, worker, max_concurrency=3)["serves"] == [team, "default"]
        assert change(api, worker, serves=[other])["serves"] == [other]
        assert api.http.get(f"/workers/{worker['id']}").json()["serves"] == [other]
        assert asked(stack, worker) == {own_queue(other, "echo")}
        assert not asked(stack, for_all) & {own_queue(team, "echo"), own_queue("default", "echo")}
        assert change(api, worker, serves=None)["serves"] is None
        assert "echo" in asked(stack, worker)
        [entry] = stack.rows("SELECT details FROM audit_log WHERE object = %s ORDER BY id DESC LIMIT 1", worker["id"])
        assert entry["details"] == {"serves": None}
    finally:
        api.http.delete(f"/workers/{worker['id']}").raise_for_status()


def test_whoever_joins_serves_whom_the_invitation_says(api: Api, stack: Facade, team: str) -> None:
    made = invite(api, serves=[team])
    assert made["serves"] == [team]
    joined = join(stack, made["code"]).json()
    assert joined["serves"] == [team]
    assert asked(stack, joined) == {own_queue(team, "echo")}


@pytest.mark.parametrize(
    ("serves", "says"),
    [
        (["nowhere"], "There is no workspace 'nowhere'. Make it first."),
        ([], "serves"),
        (["No Name"], "serves"),
        ("default", "serves"),
    ],
)
def test_what_is_no_workspace_is_refused_and_changes_nothing(
    api: Api, stack: Facade, team: str, serves: Any, says: str
) -> None:
    worker = worker_for(api, team)
    counts = "SELECT (SELECT count(*) FROM workers) AS w, (SELECT count(*) FROM invitations) AS i"
    before = stack.rows(counts)
    body = {"capabilities": ["echo"], "serves": serves}
    for reply in (
        api.http.post("/workers/register", json={"name": f"n-{uuid.uuid4().hex[:8]}", **body}),
        api.http.post("/workers/invitations", json=body),
        api.http.patch(f"/workers/{worker['id']}", json={"serves": serves}),
    ):
        assert (reply.status_code, says in reply.text) == (422, True), reply.text
    assert stack.rows(counts) == before
    assert api.http.get(f"/workers/{worker['id']}").json()["serves"] == [team]


def queue_of(stack: Facade, task: str) -> str | None:
    [row] = stack.rows("SELECT queue FROM tasks WHERE id = %s", task)
    queue: str | None = row["queue"]
    return queue


async def move_all(connection: AsyncConnection) -> int:
    return await move_tasks(connection, await tasks_elsewhere(connection, 100_000))


def moved(stack: Facade, *tasks: str) -> dict[str, str]:
    """The queues to which core would send these tasks now, of those that it would move. Rolled back."""
    found: dict[str, str] = {}

    async def look(connection: AsyncConnection) -> None:
        await connection.execute(text("DELETE FROM outbox"))
        await move_all(connection)
        rows = (await connection.execute(outbox._SQL["take"], {"limit": 100_000, "lease": 5})).mappings()
        found.update({str(row["task_id"]): outbox.taken_of(row).queue() for row in rows if row["command"] == "move"})
        # Once its command is taken it stands in the row, so that it is moved once.
        await connection.execute(text("DELETE FROM outbox"))
        assert await move_all(connection) == 0

    rolled_back(stack, look)
    return {id_: queue for id_, queue in found.items() if id_ in tasks}


def test_tasks_wait_where_the_workers_of_their_workspace_ask(api: Api, stack: Facade, team: str) -> None:
    before, others = api.submit("echo", workspace=team), api.submit("echo")
    assert queue_of(stack, before) is None
    worker = worker_for(api, team)
    after, scheduled, delay = (
        api.submit("echo", workspace=team),
        api.submit("echo", workspace=team, run_at="2031-01-01T00:00:00Z"),
        api.submit("delay", {"seconds": 1}, workspace=team),
    )
    own = own_queue(team, "echo")
    assert [queue_of(stack, each) for each in (after, scheduled, delay)] == [own, own, None]
    every = (before, after, scheduled, delay, others)
    assert moved(stack, *every) == {before: own}
    # Taken back: of all that are not over, only what waits elsewhere.
    change(api, worker, serves=None)
    assert moved(stack, *every) == {after: "echo", scheduled: "echo"}
    change(api, worker, serves=[team], capabilities=["delay"])
    assert moved(stack, *every) == {after: "echo", scheduled: "echo", delay: own_queue(team, "delay")}
    change(api, worker, capabilities=["echo"])
    api.http.delete(f"/workers/{worker['id']}").raise_for_status()
    assert moved(stack, *every) == {after: "echo", scheduled: "echo"}


def test_a_start_that_may_have_been_sent_already_stays_in_its_queue(api: Api, stack: Facade, team: str) -> None:
    """Temporal takes the same start once, so its row says where that went, and a move follows."""
    new, again, child = (api.submit("echo", workspace=team) for _ in range(3))
    worker_for(api, team)
    queues: dict[str, str] = {}

    async def look(connection: AsyncConnection) -> None:
        await connection.execute(text("UPDATE outbox SET tries = 1 WHERE task_id = :id"), {"id": again})
        is_child = text("""UPDATE outbox SET payload = '{"child": true}' WHERE task_id = :id""")
        await connection.execute(is_child, {"id": child})
        for _ in ("start", "move"):
            rows = (await connection.execute(outbox._SQL["take"], {"limit": 100_000, "lease": 5})).mappings()
            queues.update({f"{row['command']} {row['task_id']}": outbox.taken_of(row).queue() for row in rows})
            await connection.execute(text("DELETE FROM outbox"))
            await move_all(connection)

    rolled_back(stack, look)
    found = {what: queue for what, queue in queues.items() if what.split()[1] in (new, again, child)}
    own, starts = own_queue(team, "echo"), {f"start {new}": own_queue(team, "echo")}
    starts |= {f"start {again}": "echo", f"start {child}": "echo"}
    assert found == starts | {f"move {again}": own, f"move {child}": own}


@pytest.mark.parametrize(("found_at_once", "looks"), [(10_000, [200, 200]), (100, [100, 200, 200])])
def test_many_tasks_are_moved_bit_by_bit(
    api: Api, stack: Facade, team: str, monkeypatch: pytest.MonkeyPatch, found_at_once: int, looks: list[int]
) -> None:
    """Two hundred under way: new tasks are started in between. What is left is found long after the change, too."""
    monkeypatch.setattr(queue_moves, "_FOUND_AT_ONCE", found_at_once)
    monkeypatch.setattr(queue_moves, "_SETTLES_SECONDS", -1.0)
    body = {"tasks": [{"task_type": "echo", "workspace": team}] * 250}
    api.http.post("/tasks/batch", json=body).raise_for_status()
    worker = worker_for(api, team)
    # Of others, and what is under way.
    settled = (
        "UPDATE tasks SET queue = own_queue(instance, capability)"
        " WHERE session_id IS NULL AND (instance <> %s OR id IN (SELECT task_id FROM outbox))"
    )
    stack.execute("DELETE FROM outbox")
    stack.execute(settled, team)

    def under_way() -> int:
        return int(stack.rows("SELECT count(*) AS moves FROM outbox WHERE command = 'move'")[0]["moves"])

    async def run() -> None:
        engine = create_async_engine(make_url(stack.database_url).set(drivername="postgresql+psycopg"))
        moves = QueueMoves(engine)
        try:
            # As long as nobody carries them out, no more are added.
            assert [(await moves.look(), under_way()) for _ in looks] == [(True, each) for each in looks]
            stack.execute(settled, team)
            stack.execute("DELETE FROM outbox")
            # One of them was over in the meantime.
            stack.execute(
                "UPDATE tasks SET status = 'cancelled', completed_at = now() WHERE id = "
                "(SELECT id FROM tasks WHERE instance = %s AND queue IS NULL LIMIT 1)",
                team,
            )
            assert (await moves.look(), under_way()) == (False, 49)
        finally:
            await engine.dispose()

    try:
        asyncio.run(run())
    finally:
        stack.execute("DELETE FROM outbox")
        api.http.delete(f"/workers/{worker['id']}").raise_for_status()


def test_a_look_that_takes_too_long_is_not_repeated_at_once(stack: Facade) -> None:
    async def run() -> None:
        url = make_url(stack.database_url).set(drivername="postgresql+psycopg")
        engine = create_async_engine(url, connect_args=connect_args("tests", statement_timeout="200ms"))
        moves = QueueMoves(engine)
        try:
            async with engine.begin() as connection:
                await connection.execute(text("LOCK TABLE outbox"))
                with pytest.raises(DBAPIError):
                    await moves.look()
                assert not await moves.look()
        finally:
            await engine.dispose()

    asyncio.run(run())


def test_a_workspace_with_own_workers_only(api: Api, stack: Facade, team: str) -> None:
    for_all, task = worker_for(api), api.submit("echo", workspace=team)
    closed = api.http.put(f"/workspaces/{team}", json={"own_workers": True, "open_tasks": 50}).json()
    assert closed["own_workers"] is True
    own = own_queue(team, "echo")
    assert moved(stack, task) == {task: own}
    later = api.submit("echo", workspace=team)
    assert queue_of(stack, later) == own
    worker = worker_for(api, team)
    assert asked(stack, worker) == {own}
    assert own not in asked(stack, for_all)
    # A change of its limits opens it to nobody.
    assert api.http.put(f"/workspaces/{team}", json={}).json()["own_workers"] is True
    assert api.http.put(f"/workspaces/{team}", json={"own_workers": False}).json()["own_workers"] is False
    assert own in asked(stack, for_all)


def test_what_is_told_of_tasks_that_wait(api: Api, stack: Facade, team: str) -> None:
    for_all, worker, member = worker_for(api), worker_for(api, team), make_member(stack, {team: "viewer"})
    task, other, own = api.submit("echo", workspace=team), api.submit("echo"), own_queue(team, "echo")
    assert because(api, task) == f"no worker that serves workspace {team} offers echo right now (none was ever seen)"
    online(stack, for_all, "echo")
    # It does not ask for those of the team yet; if it were of an older version, it never would.
    assert because(api, task).startswith(f"no worker that serves workspace {team} offers echo right now")
    assert online_for(api, "echo", team) == online_for(member, "echo") == 0
    assert "online for echo" in because(api, other)
    online(stack, for_all, "echo", own)
    online(stack, worker, own)
    assert because(api, task).endswith(f"2 workers online for echo that serve workspace {team}")
    assert online_for(api, "echo", team) == online_for(member, "echo") == 2
    shown = api.http.get(f"/workers/{worker['id']}").json()
    assert (shown["polling"], shown["serves"]) == (["echo"], [team])
    for each in (for_all, worker):
        api.http.post(f"/workers/{each['id']}/pause", json={"reason": "hot"}).raise_for_status()
    assert because(api, task).startswith(f"no worker takes echo for workspace {team} right now (")
    online(stack, for_all)
    online(stack, worker)


def because(api: Api, task: str) -> str:
    return str(api.task(task)["waiting_because"]).replace("accepted, is being handed to Temporal", "").strip()


def online_for(api: Api, capability: str, workspace: str | None = None) -> int:
    types = api.http.get("/task-types", params={"workspace": workspace} if workspace else {}).json()["task_types"]
    return int(next(each["workers_online"] for each in types if each["name"] == capability))


def online(stack: Facade, worker: dict[str, Any], *polling: str) -> None:
    """The gateway has seen it ask these queues; Temporal has what was submitted."""

    async def write(connection: AsyncConnection) -> None:
        await connection.execute(_GATEWAY)
        await connection.execute(_ONLINE, {"id": worker["id"], "polling": list(polling)})
        await connection.execute(text("DELETE FROM outbox WHERE command = 'start'"))

    in_database(stack, write)


def test_what_waits_in_an_own_queue_is_looked_at_by_itself(api: Api, stack: Facade, team: str) -> None:
    """By alerts, by bots, by the probe of a source that failed, and by retries on another worker."""
    worker, for_all = worker_for(api, team), worker_for(api)
    task, own = api.submit("echo", workspace=team, priority="critical"), own_queue(team, "echo")

    async def look(connection: AsyncConnection) -> None:
        await connection.execute(_GATEWAY)
        waiting = {each.what: each for each in (await ask(connection, RuleKind.QUEUE_STALLED)).waiting}
        assert (waiting[f"echo for workspace {team}"].tasks, waiting[f"echo for workspace {team}"].online) == (1, 0)
        assert own in await waiting_queues(connection)
        assert await probed_queue(connection, "echo", ["echo", own], 15) == "echo"
        await connection.execute(_ONLINE, {"id": for_all["id"], "polling": ["echo"]})
        until = text("SELECT now() + interval '1 hour'")
        away = (uuid.UUID(task), uuid.UUID(worker["id"]), "echo", (await connection.execute(until)).scalar_one())
        await avoid_workers(connection, [Avoidance(*away)])
        # Nobody could stand in for it: the other one does not ask this queue.
        assert (worker["id"], "echo") not in await avoided_workers(connection)
        await connection.execute(_ONLINE, {"id": for_all["id"], "polling": ["echo", own]})
        assert (worker["id"], "echo") in await avoided_workers(connection)
        assert await probed_queue(connection, "echo", ["echo", own], 15) == own

    rolled_back(stack, look)


_HALF_OPEN = text("""
INSERT INTO circuits (capability, state, reason, openings, opened_at, probe_at, probing_since)
VALUES ('echo', 'half_open', '503', 1, now(), now(), now() - interval '1 second' * :ago)
ON CONFLICT (capability) DO UPDATE SET state = 'half_open', probing_since = EXCLUDED.probing_since
""")
_ATTEMPT = text("""
INSERT INTO task_attempts (task_id, run_id, round, attempt, status, claimed_at, ended_at, error)
VALUES (:task, 'r', 0, 1, 'failed', now(), now() + interval '1 second', '{"type": "SourceUnavailable"}')
""")


def test_probes_come_through_the_queues_in_turn(api: Api, stack: Facade, team: str) -> None:
    """Whether the source refuses the machines of one workspace, or these tell nothing, or never take the task."""
    other = make_workspace(api)
    queues = [own_queue(team, "echo"), own_queue(other, "echo"), "echo"]
    workers = [worker_for(api, team), worker_for(api, other), worker_for(api)]
    named: list[dict[str, Any]] = [
        {"workspace": team, "priority": "critical"},
        {"workspace": other, "priority": "high"},
        {},
    ]
    tasks = {queue: api.submit("echo", **body) for queue, body in zip(queues, named, strict=True)}

    async def look(connection: AsyncConnection) -> None:
        ours = text("UPDATE tasks SET deleted_at = now() WHERE NOT (id = ANY(CAST(:ids AS uuid[])))")
        await connection.execute(ours, {"ids": list(tasks.values())})
        for worker, queue in zip(workers, queues, strict=True):
            await connection.execute(_ONLINE, {"id": worker["id"], "polling": [queue]})
        seen = []
        for is_sick in (True, False, True, True):
            await connection.execute(_HALF_OPEN, {"ago": 0})
            seen.append(queue := await probed_queue(connection, "echo", queues, 15))
            await connection.execute(text("DELETE FROM task_attempts"))
            await connection.execute(_ATTEMPT, {"task": tasks[queue]})
            await circuits.move_probes(connection)
            await (
                circuits.reopen(connection, "echo", None, 60) if is_sick else circuits.probe_again(connection, "echo")
            )
        assert seen == [*queues, queues[0]]
        # Who brings none within its turn passes it on.
        for turns, queue in enumerate([queues[1], queues[2], queues[0], queues[1]]):
            await connection.execute(_HALF_OPEN, {"ago": turns * 15 + 1})
            assert await probed_queue(connection, "echo", queues, 15) == queue
        # Who asks for nothing has none.
        await connection.execute(_ONLINE, {"id": workers[1]["id"], "polling": []})
        await connection.execute(_HALF_OPEN, {"ago": 1})
        assert await probed_queue(connection, "echo", queues, 15) == queues[2]
        # The next time that it opens, all begins anew.
        await circuits.close(connection, "echo", "ada", "well")
        await circuits.open_failing(connection, circuits.Rules(1, 600, 60, 600))
        await connection.execute(_HALF_OPEN, {"ago": 0})
        assert await probed_queue(connection, "echo", queues, 15) == queues[0]

    rolled_back(stack, look)
