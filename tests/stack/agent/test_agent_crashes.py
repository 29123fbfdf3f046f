"""Core dies in the middle of a round: it is had once, and wholly."""

import pytest
from temporalio.api.workflow.v1 import WorkflowExecutionInfo

from tests.stack.agent.agents import MINE, OFTEN, SETTINGS, budget, check_ledger, policy, round_number, tell, watch
from tests.stack.harness import eventually
from tests.support.light import Light

TICKERS = ("NVDA", "AAPL", "TSLA", "AMD", "MSFT", "GOOGL")


@pytest.mark.parametrize("point", ["agent.before-commit", "agent.after-commit", "agent.before-starts"])
def test_core_dies_in_the_middle_of_rounds(light: Light, point: str) -> None:
    """Each core dies in its second round, before or after that is written, or at starting its tasks."""
    dies = {"CLAWDBOT_ENVIRONMENT": "test", "CLAWDBOT_FAILPOINT": f"{point}:exit:2"}
    with light({**SETTINGS, **dies}) as stack:
        stack.wait_until_ready()
        api = stack.api
        watch(api, *TICKERS)
        budget(api, [{"scope": "all", "unit": "tasks", "most": 7, "window": "hour"}])
        policy(api, {**OFTEN, "most_tasks_per_round": 2})
        restarts = stack.restarts("core")
        tell(api, "resume")
        eventually(lambda: round_number(stack) >= 5, 120, "the agent has five rounds")
        assert stack.restarts("core") > restarts
        tell(api, "pause", reason="counted")
        assert len(stack.rows(MINE)) == 7
        rounds = stack.rows("SELECT tasks FROM agent_rounds ORDER BY number LIMIT 5")
        assert [row["tasks"] for row in rounds] == [2, 2, 2, 1, 0]
        check_ledger(stack)
        eventually(lambda: not stack.rows("SELECT 1 FROM outbox"), 60, "every task is started")
        query = " OR ".join(f"WorkflowId = '{row['id']}'" for row in stack.rows(MINE))
        runs = eventually(lambda: _if_all(stack.temporal_side.listed(query)), 30, "Temporal lists them")
        assert len(runs) == len({run.execution.workflow_id for run in runs}) == 7


def _if_all(runs: list[WorkflowExecutionInfo]) -> list[WorkflowExecutionInfo] | None:
    """A second run of one of them would be an eighth."""
    return runs if len(runs) >= 7 else None
