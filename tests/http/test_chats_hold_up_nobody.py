"""The bot beside a real database: one bad task, update or chat is put off, those behind it are served."""

import asyncio
import contextlib
import json
import threading
import uuid
from collections.abc import AsyncIterator, Iterator
from typing import Any, cast

import pytest
from telegram import Bot

from chat.telegram.admission import Admission
from chat.telegram.bot_setup import make_bot
from chat.telegram.inbox import Inbox
from chat.telegram.parsed_update import ParsedUpdate
from chat.telegram.polling import UpdatesRequest
from chat.telegram.task_messages import Following
from chat.telegram.update_handler import UpdateHandler
from chat.telegram.update_intake import Receiver
from db.engine import make_engine
from db.metrics.gauges import look
from db.session import Database, Unavailable
from tests.support.facade import Api, Facade
from tests.support.until import until
from tests.telegram.bot_api import TOKEN, BotApi, running_bot_api

ACCOUNT = 7001
MIA = 7002
BAD, GOOD = 7101, 7102


@pytest.fixture(scope="module")
def telegram() -> Iterator[BotApi]:
    with running_bot_api() as api:
        yield api


@pytest.fixture(autouse=True)
def clean(stack: Facade, telegram: BotApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    telegram.strange.clear()
    telegram.held.clear()
    stack.execute("DELETE FROM telegram_watches")
    stack.execute("DELETE FROM telegram_updates")
    stack.execute(
        "INSERT INTO telegram_links (telegram_user_id, user_id, telegram_name)"
        " SELECT %s, id, 'Anna' FROM users WHERE role = 'admin' ORDER BY name LIMIT 1 ON CONFLICT DO NOTHING",
        ACCOUNT,
    )


@contextlib.asynccontextmanager
async def bot_beside(stack: Facade, telegram: BotApi) -> AsyncIterator[tuple[Bot, Database]]:
    engine = make_engine(stack.database_url, process="tests", pool_size=3)
    bot = make_bot(TOKEN, telegram.url)
    await bot.initialize()
    try:
        yield bot, Database(engine)
    finally:
        await bot.shutdown()
        await engine.dispose()


@contextlib.asynccontextmanager
async def running(part: Any) -> AsyncIterator[None]:
    """It goes on until the block ends; that it does not end by itself is part of what is tried."""
    going = asyncio.create_task(part)
    try:
        yield
        assert not going.done(), going.exception()
    finally:
        going.cancel()
        with contextlib.suppress(asyncio.CancelledError, BaseExceptionGroup):
            await going


def follow(stack: Facade, chat: int, *tasks: str, update: int | None = None, by: int = ACCOUNT) -> None:
    stack.execute(
        "INSERT INTO telegram_watches (update_id, telegram_user_id, chat_id, task_ids) VALUES (%s, %s, %s, %s)",
        update or chat, by, chat, list(tasks),
    )  # fmt: skip


def page(api: Api) -> str:
    return api.submit("web_monitor", {"url": "https://example.com/followed"})


async def heard(telegram: BotApi, part: str, chat: int, since: int = 0) -> None:
    await until(
        lambda: any(part in each.data.get("text", "") for each in telegram.made("sendMessage", since, chat)),
        f"chat {chat} hears '{part}'",
    )


@pytest.mark.parametrize("wrong", ["the row", "the answer", "the message"])
async def test_a_message_that_goes_wrong_is_put_off_and_given_up(
    stack: Facade, api: Api, telegram: BotApi, wrong: str
) -> None:
    bad, good = page(api), page(api)
    if wrong == "the row":
        # Damaged by hand: no line can be made of it.
        endless = json.dumps({"percent": 10**400})
        stack.execute("UPDATE tasks SET status = 'running', progress = %s WHERE id = %s", endless, bad)
    elif wrong == "the answer":
        telegram.strange.add(BAD)
    else:
        telegram.fail("sendMessage", 400, says="Bad Request: can't parse entities")
    since = telegram.mark()
    follow(stack, BAD, bad)
    watch = "SELECT tries, next_at > now() AS waits, ended_at, given_up FROM telegram_watches WHERE chat_id = %s"

    async with bot_beside(stack, telegram) as (bot, database), running(Following(bot, database).run()):
        await until(lambda: stack.rows(watch, BAD)[0]["tries"], "it was tried")
        [row] = stack.rows(watch, BAD)
        assert (row["waits"], row["ended_at"]) == (True, None)
        follow(stack, GOOD, good)
        await heard(telegram, good[:8], GOOD, since)
        if wrong == "the message":
            telegram.fail("sendMessage", 400, says="Bad Request: can't parse entities")
        stack.execute("UPDATE telegram_watches SET tries = 9, next_at = now() WHERE chat_id = %s", BAD)
        await until(lambda: stack.rows(watch, BAD)[0]["given_up"], "it is given up")
        if wrong != "the answer":
            await heard(telegram, "given it up", BAD, since)
        async with database.transaction() as connection:
            assert (await look(connection)).chat_given_up == 1
    [row] = stack.rows(watch, BAD)
    assert row["ended_at"] is not None
    told = api.http.get("/audit", params={"action": "telegram.message_given_up"}).json()["entries"][0]["details"]
    assert told["task_ids"] == [bad]
    assert told["why"].startswith({"the row": "OverflowError", "the answer": "AttributeError"}.get(wrong, "BadReq"))
    stack.execute("UPDATE tasks SET status = 'pending', progress = NULL WHERE id = %s", bad)
    for each in (bad, good):
        api.command(each, "cancel")


async def test_a_chat_that_does_not_answer_takes_no_others_turn(stack: Facade, api: Api, telegram: BotApi) -> None:
    task = page(api)
    telegram.held[BAD] = threading.Event()
    for number in range(105):
        follow(stack, BAD, task, update=8000 + number)
    since = telegram.mark()
    try:
        async with bot_beside(stack, telegram) as (bot, database), running(Following(bot, database).run()):
            follow(stack, GOOD, task)
            await heard(telegram, task[:8], GOOD, since)
            # Not after a hundred others had taken all connections, and given up.
            put_off = "SELECT 1 FROM telegram_watches WHERE chat_id = %s AND next_at > now() LIMIT 50"
            assert len(stack.rows(put_off, BAD)) < 50
            telegram.held[BAD].set()
    finally:
        telegram.held[BAD].set()
    api.command(task, "cancel")


async def test_who_has_left_a_workspace_sees_nothing_of_it_any_more(stack: Facade, api: Api, telegram: BotApi) -> None:
    name = f"team-{uuid.uuid4().hex[:8]}"
    api.http.put(f"/workspaces/{name}", json={}).raise_for_status()
    mine, theirs = api.submit("echo", {"message": "mine"}, workspace=name), page(api)
    [member] = stack.rows(
        "INSERT INTO users (id, name, role, password_hash, confined) VALUES "
        "(gen_random_uuid(), %s, 'operator', 'x', true) RETURNING id",
        name,
    )
    stack.execute(
        "INSERT INTO workspace_members (user_id, workspace, role) VALUES (%s, %s, 'operator')", member["id"], name
    )
    link = "INSERT INTO telegram_links (telegram_user_id, user_id, telegram_name) VALUES (%s, %s, 'Mia')"
    stack.execute(link, MIA, member["id"])
    since = telegram.mark()
    follow(stack, BAD, theirs, by=MIA)
    follow(stack, GOOD, mine, by=MIA)
    ended = "SELECT ended_at FROM telegram_watches WHERE chat_id = %s"
    async with bot_beside(stack, telegram) as (bot, database), running(Following(bot, database).run()):
        await heard(telegram, mine[:8], GOOD, since)
        await until(lambda: stack.rows(ended, BAD)[0]["ended_at"], "what is not theirs is not followed")
        assert telegram.made("sendMessage", since, BAD) == []
        stack.execute("DELETE FROM workspace_members WHERE user_id = %s", member["id"])
        stack.execute("UPDATE telegram_watches SET next_at = now() WHERE chat_id = %s", GOOD)
        await until(lambda: stack.rows(ended, GOOD)[0]["ended_at"], "it is followed no more")
    for each in (mine, theirs):
        api.command(each, "cancel")


class Carrier:
    """Carries out what is asked in the good chat, and breaks over the other."""

    def __init__(self) -> None:
        self.done: list[int] = []

    async def carry_out(self, asked: ParsedUpdate, *, late: bool = False) -> None:
        if asked.chat_id == BAD:
            raise ZeroDivisionError
        self.done.append(asked.chat_id)


def message(number: int, chat: int) -> dict[str, Any]:
    who = {"id": ACCOUNT, "is_bot": False, "first_name": "Anna"}
    about = {"message_id": number, "date": 1, "chat": {"id": chat, "type": "private"}, "from": who, "text": "hello"}
    return {"update_id": number, "message": about}


async def test_an_update_that_cannot_be_done_nor_answered(stack: Facade, telegram: BotApi) -> None:
    telegram.strange.add(BAD)
    carrier, news = Carrier(), asyncio.Event()
    async with bot_beside(stack, telegram) as (bot, database):
        receiver = Receiver(bot, database, Admission(frozenset({ACCOUNT}), frozenset()))
        # What cannot be read, or stored, is left out: what is behind it is received.
        unreadable = {"update_id": 900_000, "message": {"message_id": 1}}
        unstorable = message(2**70, GOOD)
        await receiver.take([unreadable, message(900_001, BAD), unstorable, message(900_002, GOOD)])
        undone = "SELECT 1 FROM telegram_updates WHERE done_at IS NULL"
        inbox = Inbox(bot, database, cast(UpdateHandler, carrier), news)
        async with running(inbox.run()):
            await until(lambda: not stack.rows(undone), "both are done with")
    assert carrier.done == [GOOD]


async def test_an_update_that_cannot_be_stored_right_now_is_not_confirmed(stack: Facade, telegram: BotApi) -> None:
    """A Postgres that is only read for a while, as one that is about to take over."""
    async with bot_beside(stack, telegram) as (bot, database):
        only_read = Database(database.engine.execution_options(postgresql_readonly=True))
        receiver = Receiver(bot, only_read, Admission(frozenset({ACCOUNT}), frozenset()))
        for together in ([message(900_003, GOOD)], [message(900_003, GOOD), message(900_004, GOOD)]):
            with pytest.raises(Unavailable):
                await receiver.take(together)
    assert not receiver.news.is_set()


def test_an_update_that_the_library_cannot_read_is_an_empty_one() -> None:
    good = b'{"update_id": 2, "message": {"message_id": 3, "date": 1, "chat": {"id": 1, "type": "private"}}}'
    answer = UpdatesRequest.parse_json_payload(
        b'{"ok": true, "result": [{"update_id": 1, "message": {}}, ' + good + b"]}"
    )
    assert [sorted(each) for each in answer["result"]] == [["update_id"], ["message", "update_id"]]
