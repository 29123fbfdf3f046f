"""Whatever is ended or away, nothing is decided twice, and the agent comes back."""

import asyncio

from contracts.agent.work import RoundReport
from contracts.settings import ServerSettings
from db.engine import make_engine
from db.session import Database
from services.agent.round import Overtaken, hold_round
from tests.stack.agent.agents import (
    MINE,
    OFTEN,
    PLENTY,
    SELDOM,
    SETTINGS,
    another_round,
    budget,
    check_ledger,
    clean,
    policy,
    round_number,
    stack,
    start,
    tell,
    watch,
)
from tests.stack.harness import Api, RunningStack, eventually

__all__ = ["clean", "stack"]

TICKERS = ("NVDA", "AAPL", "TSLA", "AMD", "MSFT", "GOOGL")


def another_run(stack: RunningStack, run: str | None) -> None:
    eventually(lambda: run_of_the_agent(stack) != run, 60, "it runs again")


def test_its_workflow_is_ended_and_comes_back(stack: RunningStack, api: Api) -> None:
    watch(api, *TICKERS)
    budget(api, PLENTY)
    policy(api, {**OFTEN, "most_tasks_per_round": 1})
    tell(api, "resume")
    eventually(lambda: len(stack.rows(MINE)) >= 2, 60, "the agent acts")
    for _ in range(2):
        run = run_of_the_agent(stack)
        stack.temporal_side.terminate("agent", "to see what happens")
        another_run(stack, run)
        another_round(stack)
    eventually(lambda: len(stack.rows(MINE)) == 2 * len(TICKERS), 60, "all is collected")
    check_ledger(stack)
    # Whoever looks after it (every two seconds here) leaves nothing in the Web UI.
    assert stack.temporal_side.listed("WorkflowType = 'AgentKeeper'") == []


def test_rounds_at_once_never_exceed_the_budget(stack: RunningStack, api: Api) -> None:
    watch(api, *TICKERS)
    policy(api, SELDOM)
    budget(api, [{"scope": "all", "unit": "tasks", "most": 5, "window": "hour"}])
    start(stack, api)
    first = round_number(stack)
    budget(api, [{"scope": "all", "unit": "tasks", "most": 9, "window": "hour"}])
    settings = settings_of(stack)
    reports = asyncio.run(at_once(settings, [first + 1, first + 1, first + 2, first + 2, first + 3]))
    assert len(stack.rows(MINE)) == 9
    # Asked twice for the same round, it says the same.
    assert [reports[0].tasks, reports[0].lines] == [reports[1].tasks, reports[1].lines]
    assert sum({each.number: each.tasks for each in reports}.values()) == 4
    check_ledger(stack)


def test_a_long_life_goes_on_in_a_new_run_that_forgets_nothing(stack: RunningStack, api: Api) -> None:
    watch(api, "NVDA")
    budget(api, PLENTY)
    policy(api, SELDOM)
    run = eventually(lambda: run_of_the_agent(stack), 60, "it runs")
    stack.execute("""INSERT INTO agent_commands (content) SELECT '{"verb": "look"}' FROM generate_series(1, 260)""")
    eventually(lambda: run_of_the_agent(stack) not in (run, None), 90, "another run goes on")
    assert len(stack.rows(MINE)) == 0
    start(stack, api)
    assert len(stack.rows(MINE)) == 2
    assert stack.rows("SELECT 1 FROM agent_commands") == []


async def at_once(settings: ServerSettings, numbers: list[int]) -> list[RoundReport]:
    engine = make_engine(settings.database_url.get_secret_value(), process="tests")
    try:
        return list(await asyncio.gather(*(insist(Database(engine, 30), settings, each) for each in numbers)))
    finally:
        await engine.dispose()


async def insist(database: Database, settings: ServerSettings, number: int) -> RoundReport:
    """As Temporal does: a round that was overtaken is tried again."""
    while True:
        try:
            return await hold_round(database, settings, number)
        except Overtaken:
            continue


def settings_of(stack: RunningStack) -> ServerSettings:
    values = {"database_url": stack.database_url, "jwt_secret": "x" * 32, "lease_secret": "x"}
    return ServerSettings.model_validate({**values, "freshness_targets": SETTINGS["CLAWDBOT_FRESHNESS_TARGETS"]})


def run_of_the_agent(stack: RunningStack) -> str | None:
    """Id of its run that goes on."""
    query = "WorkflowId='agent' AND ExecutionStatus='Running'"
    listed = stack.temporal_side.listed(query)
    return listed[0].execution.run_id if listed else None
