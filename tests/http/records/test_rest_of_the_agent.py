"""The agent's last run of a source, and whether it asked for a part only: what its rest goes by."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.names import AGENT_LABEL
from db.records.collecting import runs_of
from services.agent.spending import settle_all
from tests.http.tasks.test_worker_states import rolled_back
from tests.support.facade import Facade

_RUN = text("""
WITH round AS (
    INSERT INTO agent_rounds (number, at, tickers, needs, tasks, decisions, not_chosen, passed_over)
    VALUES (:round, now(), 0, 0, 0, 0, '{}', '[]')
), decision AS (
    INSERT INTO agent_decisions (id, round, created_at, kind, ticker, source, task_type, reason, observation, options,
        choice, outcome)
    VALUES (gen_random_uuid(), :round, now(), 'retry', :ticker, 'reddit', 'reddit_crawl', '', '{}', '[]',
        jsonb_build_object('strategy', CAST(:strategy AS text)), 'succeeded') RETURNING id
), task AS (
    INSERT INTO tasks (id, workflow_id, type, capability, params, ticker, priority, created_by, status, retry, timeouts,
        created_at, completed_at)
    SELECT id, id::text, 'reddit_crawl', 'reddit_crawl', '{}', :ticker, 100, :agent, 'succeeded', '{}', '{}',
        now() - make_interval(hours => :hours), now()
    FROM (SELECT gen_random_uuid() AS id) made RETURNING id
)
INSERT INTO agent_reservations (task_id, decision_id, at, source, task_type, tasks, calls, tokens, usd_micros, estimate)
SELECT task.id, decision.id, now(), 'reddit', 'reddit_crawl', 1, 0, 0, 0, '{}' FROM task, decision
""")


_RESERVED = text("""
WITH round AS (
    INSERT INTO agent_rounds (number, at, tickers, needs, tasks, decisions, not_chosen, passed_over)
    VALUES (1000000007, now(), 0, 0, 0, 0, '{}', '[]')
), decision AS (
    INSERT INTO agent_decisions (id, round, created_at, kind, ticker, source, task_type, reason, observation, options,
        choice, outcome)
    VALUES (gen_random_uuid(), 1000000007, now(), 'collect', 'PAID', 'twitter', 'twitter_crawl', '', '{}', '[]', '{}',
        'pending') RETURNING id
), task AS (
    INSERT INTO tasks (id, workflow_id, type, capability, params, ticker, priority, created_by, status, retry, timeouts,
        attempt, completed_at, cursor)
    SELECT id, id::text, 'twitter_crawl', 'twitter_crawl', '{}', 'PAID', 50, 'agent', 'failed', '{}', '{}', 1, now(),
        CAST(:cursor AS jsonb)
    FROM (SELECT gen_random_uuid() AS id) made RETURNING id
)
INSERT INTO agent_reservations (task_id, decision_id, at, source, task_type, tasks, calls, tokens, usd_micros, estimate)
SELECT task.id, decision.id, now(), 'twitter', 'twitter_crawl', 1, 5, 0, 1000, '{}' FROM task, decision
RETURNING task_id
""")
_BOOKED = text("SELECT calls, usd_micros FROM agent_reservations WHERE task_id = :id AND settled_at IS NOT NULL")


@pytest.mark.parametrize(
    ("cursor", "booked"),
    [
        ('{"result": {"cost": {"usd": 0.25}, "requests": 9}}', (9, 250_000)),
        ('{"paid": {"usd": 0.5, "calls": 2}}', (5, 500_000)),
        # No less than was reserved: its last attempt may have paid more than it could say.
        ('{"result": {"cost": {"usd": 0.0001}, "requests": 1}}', (5, 1_000)),
        ("null", (5, 1_000)),
    ],
)
def test_what_a_failed_task_has_paid_is_in_the_books(stack: Facade, cursor: str, booked: tuple[int, int]) -> None:
    async def settle(connection: AsyncConnection) -> None:
        id_ = (await connection.execute(_RESERVED, {"cursor": cursor})).scalar_one()
        await settle_all(connection)
        assert tuple((await connection.execute(_BOOKED, {"id": id_})).one()) == booked

    rolled_back(stack, settle)


@pytest.mark.parametrize(
    ("ticker", "strategies", "was_smaller"),
    [("RESTA", [None], False), ("RESTB", [None, "smaller"], True), ("RESTC", ["smaller", "other_worker"], False)],
)
def test_the_last_run_counts_for_what_it_asked_for(
    stack: Facade, ticker: str, strategies: list[str | None], was_smaller: bool
) -> None:
    async def look(connection: AsyncConnection) -> None:
        for place, strategy in enumerate(strategies):
            values = {"round": 10**9 + place, "ticker": ticker, "strategy": strategy, "agent": AGENT_LABEL}
            await connection.execute(_RUN, {**values, "hours": 9 - place})
        [runs] = await runs_of(connection, [ticker], ["reddit_crawl"])
        now = (await connection.execute(text("SELECT now()"))).scalar_one()
        assert runs["agents_was_smaller"] == was_smaller
        # Since it began: data is as old as that.
        assert round((now - runs["agents_run_at"]).total_seconds() / 3_600) == 10 - len(strategies)

    rolled_back(stack, look)
