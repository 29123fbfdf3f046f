"""Core dies between deciding, writing and starting: every step becomes exactly one task, and none is lost."""

import pytest

from tests.stack.harness import eventually
from tests.stack.plans.plans import Plan, echo
from tests.support.light import Light


@pytest.mark.parametrize("point", ["plan.before-advance", "plan.before-commit", "plan.after-commit"])
def test_core_dies_while_a_plan_advances(light: Light, point: str) -> None:
    """Each core dies at its third passage."""
    dies = {"CLAWDBOT_ENVIRONMENT": "test", "CLAWDBOT_FAILPOINT": f"{point}:exit:3"}
    with light(dies) as stack:
        stack.wait_until_ready()
        restarts = stack.restarts("core")
        with stack.worker("echo", concurrency=4):
            many = echo("b", needs=["a"], for_each=[1, 2, 3], params={"message": "${{ item }}"})
            plan = Plan(stack, stack.api, echo("a"), many, echo("c", each_of="b"), echo("d", needs=["c"]))
            plan.wait("succeeded", seconds=120)
        assert stack.restarts("core") > restarts
        made = [(task["plan_step"], task["plan_place"], task["status"]) for task in plan.tasks()]
        parts = [("a", 0), *[(step, place) for step in "bc" for place in range(3)], ("d", 0)]
        assert sorted(made) == sorted((step, place, "succeeded") for step, place in parts)
        started = [event for event in plan.events() if event.startswith("started")]
        assert len(started) == len(set(started)) == 8
        eventually(lambda: not stack.rows("SELECT 1 FROM outbox"), 20, "every command is ticked off")
