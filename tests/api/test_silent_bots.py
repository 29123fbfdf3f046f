"""Who of the bots with a socket has to send heartbeats: not those that name themselves as the coordinator's do."""

import asyncio
import uuid
from typing import Annotated, Any, cast

import pytest
from fastapi import FastAPI, Query
from fastapi.testclient import TestClient

from api.bots.bot import Bot
from api.bots.socket_session import SILENT, Ended, Session
from api.routes.workers.bot_socket import SocketQuery
from api.state import State


@pytest.mark.parametrize(
    ("query", "may_be_silent"),
    [
        ("", False),
        ("?bot_id=quiet", True),
        ("?heartbeat_seconds=30", False),
        ("?bot_id=quiet&heartbeat_seconds=30", False),
    ],
)
def test_it_shows_in_the_address(query: str, may_be_silent: bool) -> None:
    app = FastAPI()

    @app.get("/")
    def read(said: Annotated[SocketQuery, Query()]) -> bool:
        return said.may_be_silent

    assert TestClient(app).get(f"/{query}").json() is may_be_silent


class Quiet:
    """A client that says nothing until it is told to."""

    def __init__(self) -> None:
        self.says: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def receive_text(self) -> str:
        return await self.says


def session(client: Quiet, *, may_be_silent: bool) -> Session:
    bot = Bot(uuid.uuid4(), "quiet", ("bot_task",), "key")
    return Session(cast(Any, client), bot, cast(State, None), [], 1, 0.01, may_be_silent=may_be_silent)


async def test_one_that_answers_pings_is_heard_out_and_the_other_cut_off() -> None:
    patient, other = Quiet(), Quiet()
    heard = asyncio.create_task(session(patient, may_be_silent=True)._hear())
    with pytest.raises(Ended) as ended:
        await session(other, may_be_silent=False)._hear()
    assert ended.value.code == SILENT
    patient.says.set_result("at last")
    assert await heard == "at last"
