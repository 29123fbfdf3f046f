"""A plan: has it advance when something of it ended, and starts its new tasks as children. It decides nothing itself.

What is decided, and what counts, stands in Postgres; the activity reads and writes it there in one transaction. So this
workflow may be killed, reset, ended or started anew at any time. What it cannot start, the relay does.
"""

import asyncio
import contextlib
from datetime import timedelta

from temporalio import workflow
from temporalio.common import Priority, RetryPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import FailureError, WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from contracts import names
    from contracts.plans.work import PlanInput, PlanReport, Started, TaskStart
    from contracts.tasks.priority import temporal_key
    from contracts.temporal_limits import fairness_key
    from workflows.task_start import search_attributes, summary_of

_ADVANCE_TIMEOUT = timedelta(seconds=60)
#: However long Postgres is away.
_RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=200), backoff_coefficient=2, maximum_interval=timedelta(seconds=5)
)
_SHORTEST_WAIT = timedelta(seconds=0.5)
#: Events of one run; the next one begins with an empty history.
_MOST_EVENTS = 3_000


@workflow.defn(name=names.PLAN_WORKFLOW)
class PlanWorkflow:
    """There is one for each plan, with the id ``plan-<id of the plan>``."""

    def __init__(self) -> None:
        self._woken = False

    @workflow.run
    async def run(self, plan: PlanInput) -> str:
        started = plan.started
        while workflow.info().get_current_history_length() < _MOST_EVENTS:
            self._woken = False
            report = await self._advance(PlanInput(plan_id=plan.plan_id, started=started))
            workflow.set_current_details(report.line)
            started = await self._start(report)
            if started or report.more:
                continue
            if report.over:
                return report.status
            await self._wait(report)
        workflow.continue_as_new(PlanInput(plan_id=plan.plan_id, started=started))

    @workflow.signal(name=names.PLAN_WAKE_SIGNAL)
    def wake(self) -> None:
        """Something of the plan has ended, or a person steered it."""
        self._woken = True

    async def _advance(self, plan: PlanInput) -> PlanReport:
        report: PlanReport = await workflow.execute_local_activity(
            names.PLAN_ADVANCE_ACTIVITY,
            plan,
            result_type=PlanReport,
            start_to_close_timeout=_ADVANCE_TIMEOUT,
            retry_policy=_RETRY,
        )
        return report

    async def _start(self, report: PlanReport) -> list[Started]:
        """Start these tasks; those that have workflows now."""
        there = await asyncio.gather(*(_start_child(each) for each in report.starts))
        return [
            Started(task_id=each.task_id, command_id=each.command_id)
            for each, is_there in zip(report.starts, there, strict=True)
            if is_there
        ]

    async def _wait(self, report: PlanReport) -> None:
        left = None if report.wake_at is None else max(report.wake_at - workflow.now(), timedelta())
        if report.wait_seconds is not None:
            # Whatever the clocks here say. Not at once: what is late was seen, and needs no second look in this moment.
            left = max(timedelta(seconds=report.wait_seconds), _SHORTEST_WAIT)
        with contextlib.suppress(TimeoutError):
            await workflow.wait_condition(lambda: self._woken, timeout=left, timeout_summary="waits for a deadline")


async def _start_child(start: TaskStart) -> bool:
    """Whether the task has a workflow; where it has none, the relay starts it, or says why it cannot be."""
    try:
        child = await workflow.start_child_workflow(
            names.TASK_WORKFLOW,
            start.task,
            id=start.workflow_id,
            task_queue=names.CORE_QUEUE,
            # The task goes on whatever becomes of this workflow: its end is recorded, and told to the plan.
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
            cancellation_type=workflow.ChildWorkflowCancellationType.ABANDON,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            priority=Priority(
                priority_key=temporal_key(start.task.priority), fairness_key=fairness_key(start.created_by)
            ),
            search_attributes=search_attributes(start.task.type, start.ticker, start.created_by, start.task.priority),
            static_summary=summary_of(start.task.type, start.ticker, start.created_by),
        )
    except WorkflowAlreadyStartedError:
        return True
    except FailureError:
        return False
    # How it ends is read in Postgres; nobody here waits for it.
    child.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
    return True
