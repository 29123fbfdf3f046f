"""Bots as a test writes them: the HTTP protocol step by step, and the examples as processes."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.stack.harness import Api, RunningStack, eventually
from tests.support import plain_http, warm
from workers.embedded.layout import free_ports

EXAMPLES = Path(__file__).parents[3] / "examples" / "bots"
#: How each example is run.
COMMANDS = {
    "stdlib": [sys.executable, str(EXAMPLES / "stdlib_bot.py")],
    "curl": ["/bin/sh", str(EXAMPLES / "curl_bot.sh")],
}


class Bot(Api):
    """One worker's key."""

    def __init__(self, stack: RunningStack, key: str) -> None:
        super().__init__(stack.api_url, key, header="X-Worker-Key")

    def claim(self, *capabilities: str, wait: float = 10) -> dict[str, Any] | None:
        """The task that it got, or None."""
        body = {"capabilities": capabilities, "wait_seconds": wait}
        reply = self.http.post("/tasks/claim", json=body, timeout=wait + 20)
        assert reply.status_code in (200, 204), reply.text
        return dict(reply.json()) if reply.status_code == 200 else None

    def take(self, *capabilities: str) -> dict[str, Any]:
        """The next task; waits for it."""
        return eventually(lambda: self.claim(*capabilities), 30, f"a task of {capabilities}")

    def beat(self, id_: str, **body: Any) -> httpx.Response:
        return self.http.post(f"/tasks/{id_}/heartbeat", json=body)

    def complete(self, id_: str, status: str = "succeeded", **body: Any) -> httpx.Response:
        return self.http.post(f"/tasks/{id_}/complete", json={"status": status, **body})


@contextlib.contextmanager
def bot(stack: RunningStack, *capabilities: str, concurrency: int = 2) -> Iterator[Bot]:
    """A new worker that may take these."""
    with Bot(stack, stack.register(capabilities, concurrency=concurrency)[2]) as made:
        yield made


@dataclass
class BotProcess:
    """An example that runs."""

    name: str
    id: str
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text()


@contextlib.contextmanager
def example(
    stack: RunningStack, kind: str, registered: Sequence[str], asked_for: str, **environment: str
) -> Iterator[BotProcess]:
    """An example bot, ended by force at the end of the block."""
    name, id_, key = stack.register(registered)
    log = stack.directory / "logs" / f"{name}.log"
    given = {"PATH": os.environ["PATH"], "CLAWDBOT_API_URL": stack.api_url, "CLAWDBOT_API_KEY": key, **environment}
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*COMMANDS[kind], asked_for], env=given, stdout=file, stderr=file, start_new_session=True
        )
    try:
        yield BotProcess(name, id_, process, log)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait(10)


@contextlib.contextmanager
def second_api(stack: RunningStack) -> Iterator[str]:
    """Another API process on the same stack; its address."""
    port = free_ports().api
    settings = {
        "CLAWDBOT_DATABASE_URL": stack.database_url,
        "CLAWDBOT_JWT_SECRET": stack.secrets["jwt_secret"],
        "CLAWDBOT_LEASE_SECRET": stack.secrets["lease_secret"],
        "CLAWDBOT_API_PORT": str(port),
        "CLAWDBOT_TEMPORAL_NAMESPACE": stack.namespace,
        "CLAWDBOT_GATEWAY_PORT": str(stack.state["ports"]["gateway"]),
    }
    process = warm.start([sys.executable, "-m", "api.main"], env={**os.environ, **settings})
    try:
        url = f"http://127.0.0.1:{port}"
        eventually(lambda: _answers(url), 60, "the second API is ready")
        yield url
    finally:
        process.kill()
        process.wait(10)


def _answers(url: str) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return plain_http.get(f"{url}/readyz", timeout=5).status_code == 200
    return False
