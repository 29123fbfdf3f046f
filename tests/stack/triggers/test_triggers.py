"""What must hold when processes die: an event of ours sets off each trigger once, and a hook works on the real API."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest

from tests.http.triggers.made import deliveries, hook, made_by, trigger
from tests.stack.harness import Api, eventually
from tests.support.light import Light

LATER = "2030-01-01T00:00:00Z"


def _cancelled(api: Api) -> None:
    """An event that needs no worker."""
    api.command(api.submit("delay", {"seconds": 1}, run_at=LATER), "cancel")


def _wait_for(api: Api, names: Sequence[str], count: int) -> None:
    for name in names:
        eventually(partial(_has, api, name, count), 60, f"{name} was set off {count} times")


def _has(api: Api, name: str, count: int) -> bool:
    return len(deliveries(api, name)) == count


@pytest.mark.parametrize("point", ["triggers.before-commit", "triggers.after-commit"])
def test_core_dies_while_an_event_sets_triggers_off(light: Light, point: str) -> None:
    """Right before or right after the tasks are written: there is one of each trigger."""
    with light({"CLAWDBOT_ENVIRONMENT": "test", "CLAWDBOT_FAILPOINT": f"{point}:exit:2"}) as stack:
        stack.wait_until_ready()
        api = stack.api
        source = {"kind": "task", "task_type": "delay", "statuses": ["cancelled"]}
        echo: dict[str, Any] = {"kind": "task", "task": {"task_type": "echo", "params": {"message": "it ended"}}}
        plan = {"kind": "plan", "plan": {"name": "after", "steps": [{"id": "one", "task_type": "echo"}]}}
        by_task, by_plan = (str(trigger(api, source, each)["name"]) for each in (echo, plan))
        _cancelled(api)
        _wait_for(api, (by_task, by_plan), 1)
        restarts = stack.restarts("core")
        _cancelled(api)
        eventually(lambda: stack.restarts("core") > restarts, 60, "core died")
        _wait_for(api, (by_task, by_plan), 2)
        # Another event, so that all there is was looked at.
        _cancelled(api)
        _wait_for(api, (by_task, by_plan), 3)
        assert len(made_by(api, by_task)) == 3
        plans = stack.rows("SELECT id::text FROM plans WHERE created_by = %s", f"trigger:{by_plan}")
        assert {row["id"] for row in plans} == {each["plan_id"] for each in deliveries(api, by_plan)}
        assert len(plans) == 3
        # And somebody outside reaches the very same API.
        sender = hook(stack, "standard")
        answers = [sender.send({"text": "hello"}, "one").json() for _ in range(5)]
        assert [each["repeated"] for each in answers] == [False, True, True, True, True]
        assert len(made_by(api, sender.trigger["name"])) == 1
