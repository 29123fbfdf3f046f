"""/failures of the bot, with the rights of the person who writes: the list, a canary, a mute."""

import asyncio
import uuid

import pytest

from chat.telegram.api_client import PersonsApi, Refused, connect
from chat.telegram.command_call import Call
from chat.telegram.commands.failures import failures
from chat.telegram.parsed_update import ParsedUpdate
from db.engine import make_engine
from db.people.users import KnownUser
from db.session import Database
from tests.http.tasks.failed import Failing
from tests.support.facade import Api, Facade


@pytest.fixture
def failing(stack: Facade, api: Api) -> Failing:
    return Failing(stack, api)


def says(stack: Facade, text: str) -> str:
    """What the bot answers to `/failures text`."""

    async def ask() -> str:
        engine = make_engine(stack.database_url, process="tests")
        [row] = stack.rows("SELECT id, name, role, token_version FROM users WHERE role = 'admin' ORDER BY name LIMIT 1")
        try:
            async with connect(stack.api_url) as http:
                asked = ParsedUpdate(1, uuid.uuid4().int % 10**9, 7, False, 7, "Anna", command="failures", text=text)
                api = PersonsApi(http, KnownUser(**row), stack.secrets["jwt_secret"])
                return (await failures(Call(asked, api, "Anna", Database(engine)))).html
        except Refused as refused:
            return refused.sentence
        finally:
            await engine.dispose()

    return asyncio.run(ask())


def test_listed_tried_and_left_out(failing: Failing, stack: Facade, api: Api) -> None:
    failing.fail(2, "the anchor <b>drags</b>")
    group = failing.group()
    short = group["cause"][:8]
    said = says(stack, "")
    assert f"{short} 2 of web_monitor: the anchor &lt;b&gt;drags&lt;/b&gt;" in said
    assert "One of 2 is tried" in says(stack, f"canary {short}")
    [canary] = [each for each in api.http.get("/tasks/bulk").json()["bulks"] if each["cause"] == group["cause"]]
    assert canary["phase"] == "canary"
    followed = stack.rows("SELECT task_ids FROM telegram_watches WHERE chat_id = 7 ORDER BY created_at DESC LIMIT 1")
    assert [str(each) for each in followed[0]["task_ids"]] == [canary["canary_task_id"]]
    assert says(stack, f"mute {short}") == f"{short} is muted for 8 h."
    assert failing.groups() == []
    assert short not in says(stack, "")
    for text in ("mute", "shout 123456", "mute 0000ffff", "mute x"):
        assert "/failures" in says(stack, text)
