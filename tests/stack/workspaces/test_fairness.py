"""Two teams at one queue: a flood of one does not keep the other waiting, and weights count."""

import uuid

from tests.stack.harness import Api, RunningStack
from tests.stack.tasks.test_order_of_work import busy_worker, queued, started_in_order

_QUICK = {"seconds": 0.05, "steps": 1}


def make_team(api: Api, weight: float = 1) -> str:
    name = f"team-{uuid.uuid4().hex[:8]}"
    api.http.put(f"/workspaces/{name}", json={"weight": weight}).raise_for_status()
    return name


def test_a_flood_of_one_team_makes_the_other_wait_twice_as_long_at_most(stack: RunningStack, api: Api) -> None:
    """Told by starts: alone, its tasks would be the first ten; so they have to be among the first twenty and few."""
    flooding, other = make_team(api), make_team(api)
    with busy_worker(stack, api) as blocker:
        flood = api.submit_many(120, "delay", _QUICK, workspace=flooding)
        queued(stack, flood)
        # All of the same person: what counts is whose work it is, not who typed it.
        few = api.submit_many(10, "delay", _QUICK, workspace=other)
        queued(stack, few)
        api.command(blocker, "cancel")
        order = started_in_order(api, [*flood, *few])
    # The worker had asked for one or two before the others came.
    assert order.index(few[-1]) < 2 * len(few) + 3, [order.index(each) for each in few]
    assert {each["workspace"] for each in map(api.task, few)} == {other}


def test_twice_the_weight_is_twice_the_turns(stack: RunningStack, api: Api) -> None:
    light, heavy = make_team(api), make_team(api, weight=3)
    with busy_worker(stack, api) as blocker:
        ids = {team: api.submit_many(30, "delay", _QUICK, workspace=team) for team in (light, heavy)}
        for each in ids.values():
            queued(stack, each)
        api.command(blocker, "cancel")
        order = started_in_order(api, [*ids[light], *ids[heavy]])
    # Three of four turns, give or take what was on its way.
    assert 18 <= sum(each in ids[heavy] for each in order[:28]) <= 24
