"""Fills the other tables of 90 days: the agent's ledger, watchlist, alerts, audit log, posts."""

import psycopg

TICKERS = 500
DAYS = 90
#: An agent that uses up its usual budget of 60 tasks an hour, in a round every 15 minutes.
_ROUNDS = DAYS * 24 * 4
_TASKS_PER_ROUND = 15
_NOTIFICATIONS = 20_000
_AUDITED = 200_000
_POSTS = 300_000

_SOURCE = "(ARRAY['reddit','twitter','news','sec','sentiment','summary'])[1 + n % 6]"
_AT = f"now() - ({_ROUNDS} - round) * interval '15 minutes'"

_WATCHED = f"""
INSERT INTO watched_tickers (ticker, watchers, score, added_by, changed_by)
SELECT 'T' || n, 10000 / n, n % 100, 'human:ada', 'human:ada' FROM generate_series(1, {TICKERS}) n
"""

_AGENT_ROUNDS = f"""
INSERT INTO agent_rounds (number, at, tickers, needs, tasks, decisions, not_chosen, passed_over, refused)
SELECT round, {_AT}, {TICKERS}, {TICKERS * 6}, {_TASKS_PER_ROUND}, {_TASKS_PER_ROUND},
    '{{"budget": 80, "fresh": 2000}}', '[]', CASE WHEN round % 500 = 0 THEN 'The budget cannot be read.' END
FROM generate_series(1, {_ROUNDS}) round
"""

# As long as real ones: a need with its parts, and what was passed over.
_DECISIONS = f"""
INSERT INTO agent_decisions (id, round, created_at, kind, ticker, source, task_type, reason, observation, options,
    choice, outcome, ended_at)
SELECT md5('decision' || n)::uuid, round, {_AT}, CASE WHEN n % 40 = 0 THEN 'retry' ELSE 'crawl' END,
    'T' || 1 + n % {TICKERS}, {_SOURCE}, {_SOURCE} || '_crawl',
    'Collected 2.1 d ago, wanted every 8.0 h (target 24.0 h).',
    jsonb_build_object('candidate', jsonb_build_object('ticker', 'T' || n % {TICKERS}, 'watchers', n), 'parts',
        (SELECT jsonb_object_agg('part' || each, n % 97) FROM generate_series(1, 12) each)),
    (SELECT jsonb_agg(jsonb_build_object('ticker', 'T' || each, 'source', 'reddit', 'score', 50 - each))
        FROM generate_series(1, 5) each),
    '{{"params": {{"ticker": "T1"}}}}',
    CASE WHEN round > {_ROUNDS} - 2 THEN 'pending' WHEN n % 25 = 0 THEN 'failed' ELSE 'succeeded' END, {_AT}
FROM (
    SELECT n, 1 + n / {_TASKS_PER_ROUND} AS round FROM generate_series(0, {_ROUNDS * _TASKS_PER_ROUND} - 1) n
) numbered
"""

_RESERVATIONS = """
INSERT INTO agent_reservations (task_id, decision_id, at, source, task_type, tasks, calls, tokens, usd_micros, estimate,
    settled_at)
SELECT md5('task of ' || id)::uuid, id, created_at, source, task_type, 1, 40, 9000, 1500, '{"calls": 40}', ended_at
FROM agent_decisions
"""

_ALERTS = f"""
INSERT INTO notifications (rule, kind, fingerprint, severity, title, body, count, state, settled, first_seen_at,
    last_seen_at, recovered_at)
SELECT rule, rule, rule || n, 'warning', 'Something of ' || n, 'It did not work.', n % 9,
    CASE WHEN n % 1000 = 0 THEN 'firing' ELSE 'recovered' END, true, at, at, at
FROM (
    SELECT n, (ARRAY['task_failed','worker_offline','task_stuck','freshness_missed'])[1 + n % 4] AS rule,
        now() - ({_NOTIFICATIONS} - n) * (interval '{DAYS} days' / {_NOTIFICATIONS}) AS at
    FROM generate_series(1, {_NOTIFICATIONS}) n
) made
"""

_AUDIT = f"""
INSERT INTO audit_log (at, actor, action, object, details)
SELECT now() - ({_AUDITED} - n) * (interval '{DAYS} days' / {_AUDITED}),
    (ARRAY['human:ada','human:bob','agent:scan'])[1 + n % 3],
    (ARRAY['task.submit','task.cancel','task.retry','worker.drain','agent.pause'])[1 + n % 5], 'task:' || n, '{{}}'
FROM generate_series(1, {_AUDITED}) n
"""

_REDDIT = f"""
INSERT INTO reddit_posts_raw (ticker, reddit_id, subreddit, title, body, score, num_comments, permalink, created_utc,
    raw, task_id, attempt, fetched_at)
SELECT 'T' || 1 + floor({TICKERS} * random() ^ 3)::int, 'p' || n, 'stocks', 'What of earnings, post ' || n,
    repeat('Numbers and opinions. ', 1 + n % 40), n % 500, n % 70, '/r/stocks/p' || n, at, '{{}}',
    md5('task' || n)::uuid, 1, at
FROM (
    SELECT n, now() - ({_POSTS} - n) * (interval '{DAYS} days' / {_POSTS}) AS at FROM generate_series(1, {_POSTS}) n
) made
"""


def fill_others(connection: psycopg.Connection) -> None:
    """Fill empty tables, all or nothing. The connection must be in autocommit."""
    with connection.transaction():
        for statement in (_WATCHED, _AGENT_ROUNDS, _DECISIONS, _RESERVATIONS, _ALERTS, _AUDIT, _REDDIT):
            connection.execute(statement.encode())
    connection.execute("VACUUM ANALYZE")
