"""The agent: a round every few minutes, for ever. It decides nothing itself.

What is decided, and what counts (pause, budget, policy), stands in Postgres; the activities read and write it there in
one transaction per round. So this workflow may be killed, reset or started anew at any time: the number of the round
makes each happen once.
"""

from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from contracts import names
    from contracts.agent.work import (
        AgentMemory,
        AgentOrder,
        AgentStanding,
        AgentVerb,
        RoundOrder,
        RoundReport,
        StartOrder,
        StartReport,
    )
    from workflows.task_children import start_children

_STEER_TIMEOUT = timedelta(seconds=10)
_ROUND_TIMEOUT = timedelta(seconds=60)
_START_TIMEOUT = timedelta(seconds=10)
#: However long Postgres is away.
_RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=200), backoff_coefficient=2, maximum_interval=timedelta(seconds=5)
)
#: Rounds and orders of one run; the next one begins with an empty history.
_MOST_STEPS = 200
#: Tasks that one run has as its children: each writes some events, and Temporal allows 2,000 open ones.
_MOST_CHILDREN = 500
#: Orders that wait. Those of people on the Temporal side are dropped beyond that, those of core never.
_MOST_ORDERS = 100


@workflow.defn(name=names.AGENT_WORKFLOW)
class AgentWorkflow:
    """There is one, with the id ``agent``."""

    def __init__(self) -> None:
        self._memory = AgentMemory()
        self._steps = 0
        self._children = 0

    @workflow.run
    async def run(self, memory: AgentMemory | None = None) -> None:
        if memory is not None:
            # Signals may have come before this.
            self._memory = memory.model_copy(update={"orders": [*memory.orders, *self._memory.orders]})
        if self._memory.standing is None:
            self._memory.standing = await self._steer(AgentOrder())
        while self._goes_on():
            await self._obey()
            if self._memory.starting is not None:
                await self._start_tasks(self._memory.starting)
            elif self._is_due():
                await self._hold_round()
            else:
                await self._wait()
            self._steps += 1
        workflow.continue_as_new(self._memory)

    @workflow.signal(name=names.AGENT_PAUSE_SIGNAL)
    def pause(self, order: AgentOrder) -> None:
        """Create nothing more."""
        self._take(AgentVerb.PAUSE, order)

    @workflow.signal(name=names.AGENT_RESUME_SIGNAL)
    def resume(self, order: AgentOrder) -> None:
        """Act again."""
        self._take(AgentVerb.RESUME, order)

    @workflow.signal(name=names.AGENT_RUN_SIGNAL)
    def run_now(self, order: AgentOrder) -> None:
        """Have a round at once."""
        self._take(AgentVerb.RUN, order)

    @workflow.signal(name=names.AGENT_BUDGET_SIGNAL)
    def set_budget(self, order: AgentOrder) -> None:
        """Another budget, from the next round on."""
        self._take(AgentVerb.SET_BUDGET, order)

    @workflow.signal(name=names.AGENT_POLICY_SIGNAL)
    def set_policy(self, order: AgentOrder) -> None:
        """Another policy, from the next round on."""
        self._take(AgentVerb.SET_POLICY, order)

    @workflow.signal(name=names.AGENT_LOOK_SIGNAL)
    def look(self, order: AgentOrder) -> None:
        """See what is stored now."""
        self._take(AgentVerb.LOOK, order)

    @workflow.query(name=names.AGENT_STATE_QUERY)
    def state(self) -> AgentMemory:
        """All that this workflow knows."""
        return self._memory

    @workflow.query(name=names.AGENT_EXPLAIN_QUERY)
    def explain(self) -> list[str]:
        """What the last round decided, a line each; the whole ledger is in the API."""
        return self._memory.last.lines if self._memory.last else []

    def _take(self, verb: AgentVerb, order: AgentOrder) -> None:
        if order.id is not None or len(self._memory.orders) < _MOST_ORDERS:
            self._memory.orders.append(order.model_copy(update={"verb": verb}))

    async def _obey(self) -> None:
        while self._memory.orders:
            order = self._memory.orders.pop(0)
            # The one who carries it here may do so twice.
            if order.id is not None and order.id <= self._memory.obeyed:
                continue
            self._memory.standing = await self._steer(order)
            self._memory.obeyed = order.id or self._memory.obeyed
            self._memory.run_wanted = self._memory.run_wanted or order.verb is AgentVerb.RUN
            self._steps += 1

    async def _hold_round(self) -> None:
        self._memory.run_wanted = False
        self._memory.last = report = await workflow.execute_local_activity(
            names.AGENT_ROUND_ACTIVITY,
            RoundOrder(number=self._standing.round + 1),
            result_type=RoundReport,
            start_to_close_timeout=_ROUND_TIMEOUT,
            retry_policy=_RETRY,
        )
        self._memory.standing = report.standing
        workflow.set_current_details(_said(report))

        if report.starts_tasks:
            self._memory.starting = StartOrder(number=report.number)

    async def _start_tasks(self, order: StartOrder) -> None:
        """Some of the round's. What this cannot start, the relay does."""
        report: StartReport = await workflow.execute_local_activity(
            names.AGENT_START_ACTIVITY,
            order,
            result_type=StartReport,
            start_to_close_timeout=_START_TIMEOUT,
            retry_policy=_RETRY,
        )
        started = await start_children(report.starts)
        self._children += len(started)
        self._memory.starting = StartOrder(number=order.number, started=started) if started else None

    async def _steer(self, order: AgentOrder) -> AgentStanding:
        standing: AgentStanding = await workflow.execute_local_activity(
            names.AGENT_STEER_ACTIVITY,
            order,
            result_type=AgentStanding,
            start_to_close_timeout=_STEER_TIMEOUT,
            retry_policy=_RETRY,
        )
        return standing

    async def _wait(self) -> None:
        """Until somebody says something or, unless the agent is paused, until the next round is due."""
        if self._standing.paused:
            await workflow.wait_condition(lambda: bool(self._memory.orders))
            return
        left = max(self._due_at() - workflow.now(), timedelta(milliseconds=1))
        try:
            await workflow.wait_condition(
                lambda: bool(self._memory.orders), timeout=left, timeout_summary="waits for the next round"
            )
        except TimeoutError:
            return

    def _goes_on(self) -> bool:
        """Whether this run has room for more."""
        if self._steps >= _MOST_STEPS or self._children >= _MOST_CHILDREN:
            return False
        return not workflow.info().is_continue_as_new_suggested()

    def _is_due(self) -> bool:
        if self._memory.orders or self._standing.paused:
            return False
        return self._memory.run_wanted or workflow.now() >= self._due_at()

    def _due_at(self) -> datetime:
        last = self._standing.last_round_at
        return last + timedelta(seconds=self._standing.interval_seconds) if last else workflow.now()

    @property
    def _standing(self) -> AgentStanding:
        if self._memory.standing is None:
            raise RuntimeError("How the agent stands is read before its first round.")
        return self._memory.standing


def _said(report: RoundReport) -> str:
    if not report.held:
        return f"Paused: {report.standing.paused_reason}"
    return "\n".join([f"Round {report.number}: {report.tasks} tasks. {report.refused}".rstrip(), *report.lines])
