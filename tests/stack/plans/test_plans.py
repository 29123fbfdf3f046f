"""Plans run on the real stack: the order of their steps, by their events, and what becomes of failures."""

from tests.stack.harness import Api, RunningStack, eventually
from tests.stack.plans.plans import Plan, echo, fails


def test_a_diamond_behind_a_chain(stack: RunningStack, api: Api) -> None:
    with stack.worker("echo", concurrency=4):
        plan = Plan(
            stack, api, echo("a", params={"message": 20}), echo("b", needs=["a"]),
            echo("c", needs=["b"], params={"message": "${{ steps.a.result.message + 1 }}"}),
            echo("d", needs=["b"], when="steps.a.result.message > 50"),
            echo("e", needs=["c", "d"], params={"message": "${{ steps.c.result.message * 2 }}"}),
        )  # fmt: skip
        detail = plan.wait("succeeded")
    assert plan.events()[:4] == ["started a0", "succeeded a0", "started b0", "succeeded b0"]
    assert plan.events()[-2:] == ["started e0", "succeeded e0"]
    assert detail["counts"] == {"succeeded": 4, "skipped": 1}
    last = next(task for task in plan.tasks() if task["plan_step"] == "e")
    assert api.task(last["id"])["result"]["message"] == 42
    # Its tasks are its children, for whoever looks at Temporal.
    parent = stack.temporal_side.describe(last["id"]).workflow_execution_info.parent_execution
    assert parent.workflow_id == plan.workflow
    left = "SELECT 1 FROM outbox o JOIN tasks t ON t.id = o.task_id WHERE t.plan_id = %s"
    eventually(lambda: not stack.rows(left, plan.id), 20, "every command is ticked off")


def test_a_fan_out_of_a_hundred_keeps_its_limit(stack: RunningStack, api: Api) -> None:
    with stack.worker("echo", concurrency=20):
        plan = Plan(
            stack, api, echo("many", for_each=list(range(100)), parallel=20, params={"message": "${{ item }}"}),
            echo("all", needs=["many"], params={"message": "${{ steps.many.results.map(r, r.message) }}"}),
        )  # fmt: skip
        plan.wait("succeeded", seconds=120)
    under_way, most = 0, 0
    for event in plan.events():
        under_way += 1 if event.startswith("started many") else -1 if event.startswith("succeeded many") else 0
        most = max(most, under_way)
    assert most == 20
    assert plan.events()[-2:] == ["started all0", "succeeded all0"]
    [last] = [task for task in plan.tasks() if task["plan_step"] == "all"]
    assert api.task(last["id"])["result"]["message"] == list(range(100))


def test_each_policy(stack: RunningStack, api: Api) -> None:
    with stack.worker("echo", "flaky", concurrency=4):
        stops = Plan(stack, api, fails("a"), echo("b", needs=["a"]))
        goes_on = Plan(stack, api, fails("a", on_failure="continue"), echo("b", needs=["a"]))
        undone = Plan(
            stack, api, fails("a", on_failure="compensate", compensate_with=["undo"]), echo("b", needs=["a"]),
            echo("undo", params={"message": "${{ steps.a.error.type }}"}),
        )  # fmt: skip
        stops.wait("failed")
        goes_on.wait("succeeded")
        undone.wait("failed")
    assert stops.events() == ["started a0", "failed a0"]
    assert goes_on.events() == ["started a0", "failed a0", "started b0", "succeeded b0"]
    assert undone.events() == ["started a0", "failed a0", "started undo0", "succeeded undo0"]


def test_a_deadline_ends_what_runs(stack: RunningStack, api: Api) -> None:
    with stack.worker("delay", concurrency=2):
        slow = {"id": "a", "task_type": "delay", "params": {"seconds": 600}}
        step = Plan(stack, api, {**slow, "deadline_seconds": 2}, echo("b", needs=["a"]))
        whole = Plan(stack, api, slow, deadline_seconds=2)
        assert step.wait("failed")["failure"]["type"] == "DeadlineExceeded"
        assert whole.wait("failed")["failure"]["type"] == "DeadlineExceeded"
        assert {task["status"] for task in [*step.tasks(), *whole.tasks()]} == {"cancelled"}


def test_cancel_and_repair(stack: RunningStack, api: Api) -> None:
    plan = Plan(stack, api, echo("a", params={"message": 1}), echo("b", needs=["a"]))
    plan.wait_for_step("a", "running")
    assert plan.say("cancel").status_code == 200
    assert plan.wait("cancelled")["failure"]["type"] == "Cancelled"
    with stack.worker("echo", concurrency=2):
        assert plan.say("retry").json()["round"] == 1
        plan.wait("succeeded")
    assert [(task["plan_step"], task["round"]) for task in plan.tasks()] == [("a", 1), ("b", 0)]


def test_a_person_reviews_before_the_plan_goes_on(stack: RunningStack, api: Api) -> None:
    with stack.worker("echo", concurrency=2):
        plan = Plan(stack, api, echo("a", needs_review=True), echo("b", needs=["a"], needs_approval=True))
        plan.wait_for_step("a", "review")
        assert plan.say("steps/a/approve").status_code == 200
        waiting = plan.wait_for_step("b", "running")
        api.wait_for(waiting["task_id"], "awaiting_approval")
        api.command(waiting["task_id"], "approve")
        plan.wait("succeeded")
