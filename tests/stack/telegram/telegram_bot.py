"""The bot as `clawdbot up` runs it, beside the running stack, with a Bot API server of the test."""

import contextlib
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from sqlalchemy.ext.asyncio import AsyncConnection

from db.people.first_people import ensure_user, user_key
from runtime.ports import free_ports
from services.people.passwords import hash_password
from tests.stack.harness import Api, RunningStack, eventually
from tests.stack.people import PASSWORD, in_database
from tests.support import plain_http, warm
from tests.telegram.bot_api import TOKEN, BotApi

#: Accounts that the bot listens to, one that it does not, and the groups.
ANNA, VERA, LENA, OTTO, STRANGER = 1001, 1002, 1003, 1004, 6666
TEAM, OTHER_GROUP = -100200, -100999


@dataclass
class BotProcess:
    """`python -m chat.telegram.main`, which can be ended and started again."""

    stack: RunningStack
    telegram: BotApi
    log: Path
    environment: dict[str, str] = field(default_factory=dict)
    port: int = 0
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it is ready."""
        self.launch()
        eventually(self._is_ready, 60, f"the bot is ready; see {self.log}")

    def launch(self) -> None:
        """Start it, whatever becomes of it."""
        secrets = self.stack.secrets
        self.port = self.port or free_ports(1)[0]
        settings = {
            "CLAWDBOT_DATABASE_URL": self.stack.database_url,
            "CLAWDBOT_JWT_SECRET": secrets["jwt_secret"],
            "CLAWDBOT_LEASE_SECRET": secrets["lease_secret"],
            "CLAWDBOT_TELEGRAM_TOKEN": TOKEN,
            "CLAWDBOT_TELEGRAM_USERS": f"{ANNA}, {VERA},{LENA},{OTTO}",
            "CLAWDBOT_TELEGRAM_CHATS": str(TEAM),
            "CLAWDBOT_TELEGRAM_BOT_API": self.telegram.url,
            "CLAWDBOT_TELEGRAM_CLAWDBOT_URL": self.stack.api_url,
            "CLAWDBOT_TELEGRAM_PORT": str(self.port),
            "NO_PROXY": "127.0.0.1",
            **self.environment,
        }
        with self.log.open("ab") as file:
            self._process = warm.start(
                [sys.executable, "-m", "chat.telegram.main"], env={**os.environ, **settings}, stdout=file, stderr=file
            )

    def ended(self) -> int:
        """The exit code of a process that ends by itself."""
        assert self._process is not None
        return self._process.wait(60)

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        assert self._process is not None
        self._process.send_signal(how)
        self._process.wait(30)

    def end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self.kill()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _is_ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log.read_text()
        return self.answers("readyz") == 200

    def answers(self, path: str) -> int:
        """The status of its health endpoint; 0 when it does not answer."""
        with contextlib.suppress(httpx.TransportError):
            return plain_http.get(f"{self.url}/{path}", timeout=5).status_code
        return 0


@contextlib.contextmanager
def running_bot(stack: RunningStack, telegram: BotApi, log: Path, **environment: str) -> Iterator[BotProcess]:
    bot = BotProcess(stack, telegram, log, environment)
    try:
        bot.start()
        yield bot
    finally:
        bot.end()


def person(stack: RunningStack, role: str) -> tuple[str, Api]:
    """(name, API with their key) of a new person."""
    name = f"{role}-{uuid.uuid4().hex[:8]}"

    async def make(connection: AsyncConnection) -> str:
        id_, _ = await ensure_user(connection, name, role, hash_password(PASSWORD))
        return await user_key(connection, id_, "tests")

    return name, Api(stack.api_url, in_database(stack, make))


def link(telegram: BotApi, api: Api, account: int) -> str:
    """Link as a person does; returns the code."""
    code = str(api.http.post("/me/telegram").json()["code"])
    since = telegram.mark()
    telegram.write(f"/link {code}", account)
    telegram.hear("You act as", since, account)
    return code


def link_by_delivery(telegram: BotApi, api: Api, account: int, deliver: Callable[[str], int]) -> None:
    """The same where the test delivers updates itself."""
    since = telegram.mark()
    assert deliver(f"/link {api.http.post('/me/telegram').json()['code']}") == 200
    telegram.hear("You act as", since, account)
