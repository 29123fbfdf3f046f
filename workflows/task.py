"""One submitted task: wait for its time, have a worker do it, record how it ended.

It does not know what the work is: the type's row in `contracts.task_types` names the queue, the retries and the
timeouts, and whoever polls that queue runs the activity of that name.
"""

import asyncio
import contextlib
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import Priority, RawValue, RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from contracts import names
    from contracts.storable import readable_json
    from contracts.task_types import TASK_TYPES
    from contracts.tasks.approval import EXPIRED, REJECTED, REJECTIONS, Approval, Decision
    from contracts.tasks.priority import temporal_key
    from contracts.tasks.statuses import TaskStatus
    from contracts.tasks.work import (
        ERROR_LIMIT,
        RESULT_LIMIT,
        TOLD_BY_GATEWAY,
        TYPE_LIMIT,
        Outcome,
        RetrySettings,
        StatusChange,
        TaskFailure,
        TaskInput,
        TimeoutSettings,
        WorkItem,
    )
    from workflows.failures import failure_of

#: How long a cancelled task waits for the worker's word that it stopped. A worker that is online answers in
#: about 50 ms; one that is gone must not keep the task from being cancelled.
_CANCEL_GRACE = timedelta(seconds=3)
_BAD_RESULT = "BadResult"
#: Written into the history of a task that ends for want of its type.
_NO_SUCH_TYPE = "no-such-type"
_DEADLINE_MISSED = "No worker began the task before its start deadline."
_TELLS_WHEN_LATE = "tells-when-late"
#: "The last seven days" are those before the task starts, not before it was submitted for tomorrow.
_ANCHORED_AT_START = "anchored-at-start"
_AT_ONCE = timedelta(seconds=1)
#: The mirror is written until Postgres takes it, however long that is.
_RECORD_TIMEOUT = timedelta(seconds=10)
_RECORD_RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=200), backoff_coefficient=2, maximum_interval=timedelta(seconds=5)
)


# TypeError: more inputs than one; it must end the workflow instead of repeating its first task for ever.
@workflow.defn(name=names.TASK_WORKFLOW, failure_exception_types=[TypeError])
class TaskWorkflow:
    """The life of one task. Its workflow id is the task id."""

    def __init__(self) -> None:
        self._round = 0
        self._type = ""
        self._priority: int | None = None
        self._decision: Decision | None = None
        self._missed_start_deadline = False

    @workflow.run
    async def run(
        self,
        submitted: RawValue = None,  # type: ignore[assignment] # the SDK leaves only a plain RawValue undecoded
    ) -> dict[str, Any]:
        """``submitted`` is a `TaskInput`, taken undecoded: bad input must fail the task, not hang it."""
        try:
            task = self._parse(submitted)
            await self._wait_for_start_time(task)
            await self._await_approval(task.approval)
            done = await self._execute(task)
            result = _checked(done)
        except ActivityError as error:
            if is_cancelled_exception(error):
                await self._record(TaskStatus.CANCELLED)
                raise
            await self._fail(failure_of(error), error)
        except ApplicationError as error:
            await self._fail(TaskFailure(type=error.type or "Error", message=error.message[:ERROR_LIMIT]), error)
        except asyncio.CancelledError:
            await self._record(TaskStatus.CANCELLED)
            raise
        if not _is_told(done):
            await self._record(TaskStatus.SUCCEEDED, result=result, by_worker=True)
        return result

    @workflow.signal(name=names.REPRIORITISE_SIGNAL)
    def reprioritise(self, priority: int) -> None:
        """Use this priority (0..100) for work that is not scheduled yet."""
        self._priority = priority

    @workflow.update(name=names.DECIDE_UPDATE)
    def decide(self, decision: Decision) -> bool:
        """A person's yes or no to a task that waits for approval. Only the first one counts."""
        self._decision = decision
        return decision.approved

    @decide.validator
    def _first_decision(self, decision: Decision) -> None:
        if self._decision is not None:
            raise ValueError(f"This task has been decided on by {self._decision.by}.")

    async def _wait_for_start_time(self, task: TaskInput) -> None:
        if task.run_at is None:
            return
        if task.run_at > workflow.now():
            await workflow.sleep(task.run_at - workflow.now(), summary="waits for its start time")
        # Its time passed before this began: only the row still says that it waits. Older histories do not tell.
        elif not workflow.patched(_TELLS_WHEN_LATE):
            return
        if task.approval is None:
            await self._tell(TaskStatus.PENDING)

    async def _await_approval(self, approval: Approval | None) -> None:
        if approval is None:
            return
        decision = self._decision or approval.decision
        if decision is None:
            await self._tell(TaskStatus.AWAITING_APPROVAL)
            decision = await self._decided(approval)
        if not decision.approved:
            because = f": {decision.comment}" if decision.comment else "."
            raise ApplicationError(f"Rejected by {decision.by}{because}", type=REJECTED)
        await self._tell(TaskStatus.PENDING)

    async def _decided(self, approval: Approval) -> Decision:
        left = timedelta(seconds=approval.seconds)
        if approval.before is not None:
            left = max(approval.before - workflow.now(), timedelta())
        with contextlib.suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: self._decision is not None, timeout=left, timeout_summary="waits for approval"
            )
        if self._decision is None:
            raise ApplicationError("Nobody approved it in time. Retry it to ask again.", type=EXPIRED)
        return self._decision

    async def _tell(self, status: TaskStatus) -> None:
        await workflow.execute_local_activity(
            names.RECORD_STATUS_ACTIVITY,
            StatusChange(**self._identity(), status=status),
            start_to_close_timeout=_RECORD_TIMEOUT,
            retry_policy=_RECORD_RETRY,
        )

    async def _execute(self, task: TaskInput) -> RawValue | None:
        work = self._start_work(task)
        deadline = None
        if task.start_deadline is not None:
            deadline = asyncio.create_task(self._watch_start_deadline(task.start_deadline, work))
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            work.cancel()
            await workflow.wait([work], timeout=_CANCEL_GRACE.total_seconds())
            if work.done() and not work.cancelled() and not work.exception() and _is_told(work.result()):
                # It comes too late: the mirror has this end already, and Temporal shall have no other.
                return work.result()
            raise
        except ActivityError:
            if self._missed_start_deadline:
                raise ApplicationError(_DEADLINE_MISSED, type="StartDeadlineMissed") from None
            raise
        finally:
            if deadline is not None:
                deadline.cancel()

    def _start_work(self, task: TaskInput) -> workflow.ActivityHandle[RawValue]:
        # None: this task was begun by a version that knew its type.
        row = TASK_TYPES.get(task.type)
        timeouts = task.timeouts or (row.timeouts if row else TimeoutSettings())
        retry = task.retry or (row.retry if row else RetrySettings())
        return workflow.start_activity(
            task.type,
            self._work_item(task),
            # Undecoded: whoever holds the token may complete it with anything, also from the Temporal side.
            result_type=RawValue,
            activity_id=names.activity_id(task.round),
            task_queue=task.capability or (row.capability if row else task.type),
            start_to_close_timeout=timedelta(seconds=timeouts.attempt_seconds),
            heartbeat_timeout=timedelta(seconds=timeouts.heartbeat_seconds),
            retry_policy=RetryPolicy(
                initial_interval=timedelta(seconds=retry.initial_seconds),
                backoff_coefficient=retry.backoff,
                maximum_interval=timedelta(seconds=max(retry.max_seconds, retry.initial_seconds)),
                maximum_attempts=retry.max_attempts,
            ),
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            priority=Priority(
                priority_key=temporal_key(task.priority if self._priority is None else self._priority),
                fairness_key=task.fairness_key or None,
                fairness_weight=task.fairness_weight,
            ),
        )

    async def _watch_start_deadline(self, deadline: datetime, work: workflow.ActivityHandle[RawValue]) -> None:
        """Take the work back if nobody has begun by the deadline.

        Not a schedule-to-start timeout: that would also limit how long each later attempt may wait.
        """
        await workflow.sleep(max(deadline - workflow.now(), timedelta()), summary="start deadline")
        begun = await workflow.execute_local_activity(
            names.HAS_BEGUN_ACTIVITY,
            result_type=bool,
            start_to_close_timeout=_RECORD_TIMEOUT,
            retry_policy=_RECORD_RETRY,
        )
        if not begun:
            self._missed_start_deadline = True
            work.cancel()

    def _work_item(self, task: TaskInput) -> WorkItem:
        return WorkItem(
            task_id=str(names.task_id_of(workflow.info().workflow_id)),
            round=task.round,
            params=task.params,
            submitted_at=self._anchor(task),
            cursor=task.cursor,
            notes=task.notes,
            feedback=task.feedback,
        )

    def _anchor(self, task: TaskInput) -> datetime:
        """What ranges of time count back from: the same for all attempts of the round."""
        submitted = task.submitted_at
        if submitted is None:
            return workflow.now()
        # Who goes on from a cursor has read what is newer already. Most tasks start at once: they need no mark.
        if task.cursor is not None or workflow.now() - submitted < _AT_ONCE:
            return submitted
        return workflow.now() if workflow.patched(_ANCHORED_AT_START) else submitted

    async def _fail(self, failure: TaskFailure, cause: BaseException) -> None:
        status = TaskStatus.REJECTED if failure.type in REJECTIONS else TaskStatus.FAILED
        by_worker = isinstance(cause, ActivityError) and bool(cause.identity)
        await self._record(status, error=failure, by_worker=by_worker)
        raise ApplicationError(failure.message, type=failure.type, non_retryable=True) from cause

    async def _record(self, status: TaskStatus, **how: Any) -> None:
        recording = workflow.start_local_activity(
            names.RECORD_OUTCOME_ACTIVITY,
            Outcome(**self._identity(), status=status, task_type=self._type, **how),
            start_to_close_timeout=_RECORD_TIMEOUT,
            retry_policy=_RECORD_RETRY,
        )
        try:
            await asyncio.shield(recording)
        except asyncio.CancelledError:
            # It comes too late: the mirror may have this end already, and Temporal shall have no other.
            await recording

    def _identity(self) -> dict[str, Any]:
        info = workflow.info()
        return {
            "task_id": str(names.task_id_of(info.workflow_id)),
            "run_id": info.run_id,
            "round": self._round,
        }

    def _parse(self, submitted: RawValue | None) -> TaskInput:
        try:
            given = workflow.payload_converter().from_payload(submitted.payload) if submitted else None
            task = TaskInput.model_validate(given)
        # Whatever a person typed into the `temporal` CLI: nothing about it is certain, not even the encoding.
        except Exception as error:
            raise ApplicationError(f"The input is not a task: {error}", type="InvalidInput") from None
        self._round, self._type = task.round, task.type
        # A task that was begun when there was such a type goes on where it is: in its history stands no such decision.
        if task.type not in TASK_TYPES and workflow.patched(_NO_SUCH_TYPE):
            raise ApplicationError(
                f"There is no task type '{task.type[:TYPE_LIMIT]}'. Use one of: {', '.join(TASK_TYPES)}.",
                type="UnknownTaskType",
            )
        return task


def _is_told(result: RawValue | None) -> bool:
    """Whether the gateway writes down that the task succeeded with it (core looks whether it did)."""
    return result is not None and TOLD_BY_GATEWAY in result.payload.metadata


def _checked(result: RawValue | None) -> dict[str, Any]:
    """What an activity was completed with, if that can be kept. The gateway has looked already at what workers say."""
    data = result.payload.data if result else b"null"
    if len(data) > RESULT_LIMIT:
        raise ApplicationError(f"The result is {len(data)} bytes; at most {RESULT_LIMIT} are kept.", type=_BAD_RESULT)
    try:
        value = readable_json(data)
    except ValueError:
        raise ApplicationError("The result is not readable as JSON.", type=_BAD_RESULT) from None
    if not isinstance(value, dict):
        raise ApplicationError("The result is not a JSON object.", type=_BAD_RESULT)
    return value
