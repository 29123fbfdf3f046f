"""Core dies in the middle of a round: it is had once, and wholly."""

import pytest

from tests.stack.agent.agents import MINE, OFTEN, SETTINGS, budget, check_ledger, policy, round_number, tell, watch
from tests.stack.harness import eventually
from tests.support.light import Light

TICKERS = ("NVDA", "AAPL", "TSLA", "AMD", "MSFT", "GOOGL")


@pytest.mark.parametrize("point", ["agent.before-commit", "agent.after-commit"])
def test_core_dies_in_the_middle_of_rounds(light: Light, point: str) -> None:
    """Each core dies in its second round, right before or right after that is written."""
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
