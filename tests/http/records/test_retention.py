"""Rows that are kept for so many days are deleted afterwards, and only those."""

import asyncio
import logging

import psycopg
import pytest

from contracts.records.rows import RecordKind
from contracts.settings import ServerSettings
from db.engine import make_engine
from tests.support.facade import Api, Facade
from workers.core.retention import BATCH, Retention, delete_older

#: One row is 90 days old less an hour.
_OLD, _YOUNG = BATCH + 500, 3
_INSERT = (
    "INSERT INTO web_snapshots (url, selector, taken_at, status_code, text, content_hash, changed, diff, task_id,"
    " attempt, fetched_at) SELECT %s || n, '', now(), 200, '', '', false, '', gen_random_uuid(), 1,"
    " now() - %s * interval '1 hour' FROM generate_series(1, %s) n"
)


def kept(stack: Facade) -> list[str]:
    rows = stack.rows("SELECT url FROM web_snapshots WHERE url LIKE 'retention:%%' ORDER BY url")
    return [row["url"] for row in rows]


async def test_old_rows_are_deleted_in_batches(stack: Facade, api: Api, caplog: pytest.LogCaptureFixture) -> None:
    with psycopg.connect(stack.database_url) as connection:
        connection.execute(_INSERT, ("retention:old", 90 * 24 + 1, _OLD))
        connection.execute(_INSERT, ("retention:young", 90 * 24 - 1, _YOUNG))
    caplog.set_level(logging.INFO, "workers.core.retention")
    engine = make_engine(stack.database_url, process="tests", pool_size=2)
    try:
        assert await delete_older(engine, RecordKind.WEB_SNAPSHOTS, 91) == 0
        await Retention(engine, {RecordKind.WEB_SNAPSHOTS: 90}).look()
    finally:
        await engine.dispose()
    assert kept(stack) == [f"retention:young{number}" for number in range(1, _YOUNG + 1)]
    assert caplog.messages == [f"deleted {_OLD} rows of web_snapshots that were stored more than 90 days ago"]


_REVISION = (
    "INSERT INTO record_revisions (digest, kind, content, task_id, attempt, fetched_at, replaced_by, replaced_at)"
    " SELECT convert_to(%(name)s || n, 'UTF8'), 'sec_filings', jsonb_build_object('ticker', %(name)s::text),"
    " gen_random_uuid(), 1, now() - %(first)s * interval '1 day', gen_random_uuid(),"
    " now() - %(then)s * interval '1 day'"
    " FROM generate_series(1, %(rows)s) n"
)


async def test_what_rows_said_before_goes_after_a_month_or_with_the_rows(stack: Facade, api: Api) -> None:
    left = "SELECT content ->> 'ticker' AS name FROM record_revisions WHERE kind = 'sec_filings'"
    with psycopg.connect(stack.database_url) as connection:
        for name, first, then, rows in (("old", 200, 31, BATCH + 1), ("aged", 200, 29, 1), ("young", 29, 29, 1)):
            connection.execute(_REVISION, {"name": name, "first": first, "then": then, "rows": rows})
    engine = make_engine(stack.database_url, process="tests", pool_size=2)
    try:
        await Retention(engine, {}).look()
        assert {row["name"] for row in stack.rows(left)} == {"aged", "young"}
        await Retention(engine, {RecordKind.SEC_FILINGS: 199}).look()
        assert {row["name"] for row in stack.rows(left)} == {"young"}
    finally:
        await engine.dispose()


class Warned(logging.Handler):
    """Notices the first record."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.sentence: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def emit(self, record: logging.LogRecord) -> None:
        if not self.sentence.done():
            self.sentence.set_result(record.getMessage())


async def test_a_database_that_is_away_ends_nothing() -> None:
    engine = make_engine("postgresql://nobody@127.0.0.1:1/none", process="tests")
    warned = Warned()
    logging.getLogger("workers.core.retention").addHandler(warned)
    running = asyncio.create_task(Retention(engine, {RecordKind.REDDIT_POSTS: 1}).run())
    try:
        assert "cannot delete old rows right now" in await asyncio.wait_for(warned.sentence, 20)
        assert not running.done()
    finally:
        logging.getLogger("workers.core.retention").removeHandler(warned)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def settings(retention: str) -> ServerSettings:
    given = {"database_url": "postgresql://nowhere/none", "jwt_secret": "x" * 32, "lease_secret": "x"}
    return ServerSettings.model_validate({**given, "retention_days": retention})


def test_the_setting() -> None:
    days = settings(" reddit_posts = 365, web_snapshots=90,").retention
    assert days == {RecordKind.REDDIT_POSTS: 365, RecordKind.WEB_SNAPSHOTS: 90}
    assert settings("").retention == {}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("posts=3", "'posts' is no kind of rows; use reddit_posts,"),
        ("reddit_posts", "must be like reddit_posts=90"),
        ("reddit_posts=0", "must be like reddit_posts=90"),
        ("reddit_posts=-1", "must be like reddit_posts=90"),
        ("reddit_posts=1e3", "must be like reddit_posts=90"),
        ("reddit_posts=99999", "1 to 36500 days"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        settings(text)


_KEEPS = """
CREATE FUNCTION keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'it stays'; END $$;
CREATE TRIGGER keeps BEFORE DELETE ON web_snapshots FOR EACH ROW EXECUTE FUNCTION keeps()
"""


async def test_what_cannot_be_deleted_keeps_nothing_else(stack: Facade, api: Api) -> None:
    with psycopg.connect(stack.database_url) as connection:
        connection.execute(_INSERT, ("retention:kept", 90 * 24 + 1, 1))
        connection.execute(_REVISION, {"name": "old", "first": 200, "then": 31, "rows": 1})
        connection.execute(_KEEPS)
    engine = make_engine(stack.database_url, process="tests", pool_size=2)
    try:
        assert not await Retention(engine, {RecordKind.WEB_SNAPSHOTS: 90}).look()
        assert "retention:kept1" in kept(stack)
        assert stack.rows("SELECT 1 FROM record_revisions WHERE content ->> 'ticker' = 'old'") == []
        stack.execute("DROP FUNCTION keeps CASCADE")
        assert await Retention(engine, {RecordKind.WEB_SNAPSHOTS: 90}).look()
        assert "retention:kept1" not in kept(stack)
    finally:
        await engine.dispose()
        stack.execute("DROP FUNCTION IF EXISTS keeps CASCADE")
