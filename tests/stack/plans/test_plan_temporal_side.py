"""Whatever is done to the workflow of a plan or a step from the Temporal side: the plan goes on, and is shown right."""

from tests.stack.harness import Api, RunningStack, eventually
from tests.stack.plans.plans import Plan, echo


def test_a_plan_whose_workflow_is_ended_goes_on(stack: RunningStack, api: Api) -> None:
    plan = Plan(stack, api, echo("a"), echo("b", needs=["a"]))
    plan.wait_for_step("a", "running")
    eventually(lambda: stack.temporal_side.exists(plan.tasks()[0]["id"]), 10, "its first task has a workflow")
    first = stack.temporal_side.describe(plan.workflow).workflow_execution_info.execution.run_id
    stack.temporal("workflow", "terminate", "--workflow-id", plan.workflow, "--reason", "a test")
    assert plan.detail["status"] == "running"

    def runs_again() -> bool:
        info = stack.temporal_side.describe(plan.workflow).workflow_execution_info
        return info.execution.run_id != first

    eventually(runs_again, 15, "it runs again, though nothing of it has ended")
    with stack.worker("echo", concurrency=2):
        plan.wait("succeeded")
    assert [(task["plan_step"], task["round"]) for task in plan.tasks()] == [("a", 0), ("b", 0)]


def test_a_plan_whose_workflow_is_reset_does_nothing_twice(stack: RunningStack, api: Api) -> None:
    plan = Plan(stack, api, echo("a"), echo("b", needs=["a"]), echo("c", needs=["b"], needs_review=True))
    with stack.worker("echo", concurrency=2):
        plan.wait_for_step("c", "review")
        stack.temporal(
            "workflow", "reset", "--workflow-id", plan.workflow, "--type", "FirstWorkflowTask", "--reason", "a test"
        )
        assert plan.say("steps/c/approve").status_code == 200
        plan.wait("succeeded")
    assert [task["plan_step"] for task in plan.tasks()] == ["a", "b", "c"]
    assert plan.events().count("started a0") == 1


def test_a_step_whose_workflow_is_ended_fails_and_is_repaired(stack: RunningStack, api: Api) -> None:
    plan = Plan(stack, api, echo("a"), echo("b", needs=["a"]))
    plan.wait_for_step("a", "running")
    task = plan.tasks()[0]["id"]
    eventually(lambda: stack.temporal_side.exists(task), 10, "it has a workflow")
    stack.temporal("workflow", "terminate", "--workflow-id", task, "--reason", "a test")
    plan.wait("failed")
    with stack.worker("echo", concurrency=2):
        assert plan.say("steps/a/retry").status_code == 200
        plan.wait("succeeded")


def test_a_failed_step_that_is_reset_takes_its_plan_on(stack: RunningStack, api: Api) -> None:
    plan = Plan(stack, api, {"id": "a", "task_type": "flaky", "params": {"failures": 1, "retryable": False}},
                echo("b", needs=["a"]))  # fmt: skip
    with stack.worker("echo", "flaky", concurrency=2):
        plan.wait("failed")
        task = plan.tasks()[0]["id"]
        # Its second run has an attempt that is the first again; a person's retry is the way to go on.
        stack.temporal("workflow", "reset", "--workflow-id", task, "--type", "FirstWorkflowTask", "--reason", "a test")
        eventually(lambda: plan.events().count("reopened a0") + plan.events().count("started a0") >= 2, 15, "reopened")
        plan.wait("failed")
    assert plan.events().count("failed a0") == 2
