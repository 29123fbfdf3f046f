"""A plan: has it advance when something of it ended, and starts its new tasks as children. It decides nothing itself.

What is decided, and what counts, stands in Postgres; the activity reads and writes it there in one transaction. So this
workflow may be killed, reset, ended or started anew at any time. What it cannot start, the relay does.
"""

import contextlib
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from contracts import names
    from contracts.plans.work import EVENTS_OF_A_RUN, PlanInput, PlanReport
    from workflows.task_children import start_children

_ADVANCE_TIMEOUT = timedelta(seconds=60)
#: However long Postgres is away.
_RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=200), backoff_coefficient=2, maximum_interval=timedelta(seconds=5)
)
_SHORTEST_WAIT = timedelta(seconds=0.5)


@workflow.defn(name=names.PLAN_WORKFLOW)
class PlanWorkflow:
    """There is one for each plan, with the id ``plan-<id of the plan>``."""

    def __init__(self) -> None:
        self._woken = False

    @workflow.run
    async def run(self, plan: PlanInput) -> str:
        started = plan.started
        while workflow.info().get_current_history_length() < plan.most_events:
            self._woken = False
            report = await self._advance(PlanInput(plan_id=plan.plan_id, started=started))
            workflow.set_current_details(report.line)
            started = await start_children(report.starts)
            if started or report.more:
                continue
            if report.over:
                return report.status
            await self._wait(report)
        workflow.continue_as_new(PlanInput(plan_id=plan.plan_id, started=started, most_events=EVENTS_OF_A_RUN))

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

    async def _wait(self, report: PlanReport) -> None:
        left = None if report.wake_at is None else max(report.wake_at - workflow.now(), timedelta())
        if report.wait_seconds is not None:
            # Whatever the clocks here say. Not at once: what is late was seen, and needs no second look in this moment.
            left = max(timedelta(seconds=report.wait_seconds), _SHORTEST_WAIT)
        with contextlib.suppress(TimeoutError):
            await workflow.wait_condition(lambda: self._woken, timeout=left, timeout_summary="waits for a deadline")
