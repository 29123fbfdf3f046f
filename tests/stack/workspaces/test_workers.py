"""Two teams and their workers: who is given whose tasks, and what becomes of those that wait when that changes."""

import contextlib
from collections.abc import Iterator

from contracts.names import own_queue
from tests.stack.bots.bots import Bot
from tests.stack.harness import Api, RunningStack, WorkerProcess, eventually
from tests.stack.tasks.steering import claims
from tests.stack.workspaces.test_fairness import make_team

_QUICK = {"seconds": 0.05, "steps": 1}
_HANDED_OUT = "SELECT worker_name FROM task_attempts WHERE task_id = ANY(%s::uuid[])"


def polls(stack: RunningStack, worker: WorkerProcess, *queues: str) -> bool:
    [seen] = stack.rows("SELECT polling FROM workers WHERE id = %s", worker.id)
    return sorted(queues) == sorted(seen["polling"])


def settings(api: Api, worker: WorkerProcess, *workspaces: str) -> None:
    """None of them: all."""
    body = {"serves": workspaces or None}
    api.http.patch(f"/workers/{worker.id}", json=body).raise_for_status()


def workers_of(api: Api, ids: list[str]) -> set[str | None]:
    return {task["worker"] for task in api.wait_for_all(ids, seconds=90) if task["status"] == "succeeded"}


def says(api: Api, id_: str, what: str, seconds: float = 60) -> None:
    eventually(lambda: what in str(api.task(id_)["waiting_because"]), seconds, f"{id_} says that {what}")


@contextlib.contextmanager
def closed(api: Api, team: str) -> Iterator[None]:
    """Workers that serve all do not serve this one."""
    api.http.put(f"/workspaces/{team}", json={"own_workers": True}).raise_for_status()
    try:
        yield
    finally:
        api.http.put(f"/workspaces/{team}", json={"own_workers": False}).raise_for_status()


def test_a_worker_for_one_team_and_one_for_all(stack: RunningStack, api: Api) -> None:
    team, other = make_team(api), make_team(api)
    own = own_queue(team, "delay")
    # They wait in the queue that all share when the first worker for one of the teams comes.
    ours, theirs = (api.submit("delay", _QUICK, workspace=each) for each in (team, other))
    with stack.worker("delay", serves=[team]) as dedicated:
        assert workers_of(api, [ours]) == {dedicated.name}
        says(api, theirs, f"no worker that serves workspace {other} offers delay")
        assert claims(stack, [theirs]) == 0
        with stack.worker("delay") as for_all:
            assert workers_of(api, [theirs]) == {for_all.name}
            eventually(lambda: polls(stack, for_all, "delay", own), 60, "it asks for those of the team, too")
            many = [api.submit_many(15, "delay", _QUICK, workspace=each) for each in (team, other)]
            assert workers_of(api, many[1]) == {for_all.name}
            assert workers_of(api, many[0]) == {dedicated.name, for_all.name}
            with closed(api, team):
                eventually(lambda: polls(stack, for_all, "delay"), 60, "it asks for those of the team no more")
                assert workers_of(api, api.submit_many(8, "delay", _QUICK, workspace=team)) == {dedicated.name}
                dedicated.kill()
                waits = api.submit_many(3, "delay", _QUICK, workspace=team)
                later = api.submit("delay", _QUICK, workspace=team, needs_approval=True)
                api.wait_for(later, "awaiting_approval")
                assert workers_of(api, api.submit_many(5, "delay", _QUICK, workspace=other)) == {for_all.name}
                for each in waits:
                    says(api, each, f"no worker that serves workspace {team} offers delay right now (last seen")
                # The one that was killed may have had an open poll for a moment longer.
                assert for_all.name not in {row["worker_name"] for row in stack.rows(_HANDED_OUT, waits)}
                settings(api, dedicated)
            # No worker is for the team by name any more: what waited in its own queues is everybody's again.
            assert workers_of(api, waits) == {for_all.name}
            api.command(later, "approve")
            assert workers_of(api, [later]) == {for_all.name}


def test_a_bot_for_one_team(stack: RunningStack, api: Api) -> None:
    team, other = make_team(api), make_team(api)
    ours, theirs = (api.submit("echo", {}, workspace=each) for each in (team, other))
    _, id_, key = stack.register(["echo", "flaky"], serves=[team])
    with Bot(stack, key) as bot:
        for asked in (("echo",), ("echo", "flaky")):
            taken = bot.take(*asked)
            assert taken["id"] == ours
            bot.complete(ours).raise_for_status()
            assert bot.claim(*asked, wait=3) is None
            ours = api.submit("echo", {}, workspace=team)
        assert claims(stack, [theirs]) == 0
        # From now on it is for the other one, and what waits is moved to where it asks.
        api.http.patch(f"/workers/{id_}", json={"serves": [other]}).raise_for_status()
        assert bot.take("echo")["id"] == theirs
        bot.complete(theirs).raise_for_status()
        assert bot.claim("echo", wait=3) is None
    api.http.delete(f"/workers/{id_}").raise_for_status()
    assert claims(stack, [ours]) == 0
    api.command(ours, "cancel")
