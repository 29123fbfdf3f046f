"""The whole system on one machine: which processes there are, with which settings, in which order."""

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import httpx
import psutil

from runtime.process import unending
from workers.embedded import postgres
from workers.embedded.answering import answers, plain_http
from workers.embedded.foundations import Foundations, embedded_foundations, foundation_children
from workers.embedded.housekeeping import full_disk_is_a_sentence, keep_house, refuse_full
from workers.embedded.key_files import LOCAL_WORKER, read_key
from workers.embedded.launching import Launch, launch
from workers.embedded.layout import DataDirectory, Ports, refuse_busy, write_private
from workers.embedded.leftovers import end_leftovers
from workers.embedded.preparing import prepare
from workers.embedded.supervisor import Child, Supervisor

#: Less than the supervisor's patience: what does not end in time is handed back, not killed.
_WORKER_GRACE_SECONDS = 8


@dataclass(frozen=True)
class StackOptions:
    """What a person says with `clawdbot up`."""

    #: Serve generated sources on this machine and let the local worker use them.
    sandbox: bool = False
    #: Run a worker with all its capabilities.
    worker: bool = True
    #: Tasks at once on the local worker.
    concurrency: int = 4


class Stack:
    """One running system in one data directory."""

    def __init__(
        self,
        directory: DataDirectory,
        ports: Ports,
        options: StackOptions,
        *,
        foundations: Foundations | None = None,
        environment: Mapping[str, str] | None = None,
        launch: Launch = launch,
    ) -> None:
        """Nothing is started yet.

        Args:
            directory: where everything of it is.
            ports: where its parts listen.
            options: which parts it has.
            foundations: a Postgres and a Temporal that run already; without them it runs its own.
            environment: settings of its processes, which add to this process's own.
            launch: how a process is started.
        """
        self.directory = directory
        self.ports = ports
        self.options = options
        self.api_url = f"http://127.0.0.1:{ports.api}"
        self.first_run = False
        self._house: asyncio.Task[None] | None = None
        self._given = foundations
        self._environment = {**os.environ, **(environment or {})}
        self._launch = launch
        self._supervisor = Supervisor(directory.logs, self._write_state, self._environment, launch)

    @property
    def foundations(self) -> Foundations:
        return self._given or embedded_foundations(self.directory, self.ports)

    @property
    def temporal_ui_url(self) -> str:
        return self.foundations.temporal_ui_url

    @property
    def admin_password(self) -> str:
        return self.directory.secrets().admin_password

    @property
    def supervisor(self) -> Supervisor:
        return self._supervisor

    async def start(self, report: Callable[[str], None]) -> None:
        """Bring everything up; ``report`` gets a line per step.

        Raises:
            StackError: with a sentence that says what to do. What had been started is stopped again.
        """
        self.directory.lock()
        try:
            with full_disk_is_a_sentence(self.directory):
                await self._start(report)
        except BaseException:
            await self.stop()
            raise

    async def _start(self, report: Callable[[str], None]) -> None:
        for name in end_leftovers(self.directory):
            report(f"ended {name}, left over from a stack that was killed")
        refuse_full(self.directory)
        refuse_busy(self.ports)
        self.directory.secrets()
        await self._start_foundations(report)
        report("tables and keys")
        environment = {**self._environment, **self.foundations.environment()}
        self.first_run = await prepare(
            self._launch, self.directory, environment, self.api_url, self.options.concurrency
        )
        report("api, core and gateway")
        await self._supervisor.start(*self._servers())
        if self._environment.get("CLAWDBOT_TELEGRAM_TOKEN"):
            report("telegram")
            await self._supervisor.start(self._telegram())
        if self.options.worker:
            report("worker")
            await self._supervisor.start(self._worker())
        house = unending(lambda: keep_house(self.directory), "logs are not rotated and low room is not told")
        self._house = asyncio.create_task(house)

    async def stop(self) -> None:
        if self._house:
            self._house.cancel()
            await asyncio.gather(self._house, return_exceptions=True)
        await self._supervisor.stop()
        self.directory.release()

    async def _start_foundations(self, report: Callable[[str], None]) -> None:
        children = [self._sandbox()] if self.options.sandbox else []
        if self._given is None:
            report("Postgres and Temporal")
            postgres.prepare(self.directory, self.directory.secrets().postgres_password)
            children += foundation_children(self.directory, self.ports)
        await self._supervisor.start(*children)

    def _sandbox(self) -> Child:
        command = [sys.executable, "-m", "sandbox", "--port", str(self.ports.sandbox)]
        return Child("sandbox", command, is_up=answers(self.ports.sandbox, "healthz"))

    def _servers(self) -> list[Child]:
        settings = self._server_environment()
        modules = {
            "api": ("api.main", self.ports.api),
            "core": ("workers.core.main", self.ports.core_health),
            "gateway": ("gateway.main", self.ports.gateway_health),
        }
        return [
            Child(
                name,
                [sys.executable, "-m", module],
                environment=settings,
                is_up=answers(port, "readyz"),
                is_alive=answers(port, "healthz"),
            )
            for name, (module, port) in modules.items()
        ]

    def _telegram(self) -> Child:
        # Up once it runs: without the internet the rest of us works all the same, and it goes on trying.
        port = self.ports.telegram
        environment = {**self._server_environment(), "CLAWDBOT_TELEGRAM_PORT": str(port)}
        command = [sys.executable, "-m", "chat.telegram.main"]
        runs = answers(port, "healthz")
        return Child("telegram", command, environment=environment, is_up=runs, is_alive=runs)

    def _worker(self) -> Child:
        key = read_key(self.directory.worker_file)
        environment = {
            "CLAWDBOT_API_URL": self.api_url,
            "CLAWDBOT_API_KEY": key,
            "CLAWDBOT_GRACE_SECONDS": str(_WORKER_GRACE_SECONDS),
        }
        if self.options.sandbox:
            environment |= sandbox_environment(self.ports.sandbox)
        # A file in the home directory would be about another ClawdBot.
        command = [sys.executable, "-m", "cli", "start", "--config", os.devnull]
        command += ["--concurrency", str(self.options.concurrency)]
        return Child("worker", command, environment=environment, is_up=self._worker_is_polling)

    async def _worker_is_polling(self) -> bool:
        headers = {"Authorization": f"Bearer {read_key(self.directory.cli_file)}"}
        async with plain_http(self.api_url) as http:
            try:
                answer = await http.get("/api/v1/workers", headers=headers)
            except (httpx.TransportError, httpx.InvalidURL):
                return False
        workers = answer.json().get("workers", [])
        began = datetime.fromtimestamp(psutil.Process().create_time(), UTC)
        return any(
            worker["name"] == LOCAL_WORKER
            and worker["polling"]
            and datetime.fromisoformat(worker["last_heartbeat"]) > began
            for worker in workers
        )

    def _server_environment(self) -> dict[str, str]:
        secrets, ports = self.directory.secrets(), self.ports
        return {
            **self.foundations.environment(),
            "CLAWDBOT_JWT_SECRET": secrets.jwt_secret,
            "CLAWDBOT_LEASE_SECRET": secrets.lease_secret,
            "CLAWDBOT_DISK_PATH": str(self.directory.root),
            "CLAWDBOT_API_PORT": str(ports.api),
            "CLAWDBOT_API_PLAIN_HTTP": "true",
            "CLAWDBOT_GATEWAY_PORT": str(ports.gateway),
            "CLAWDBOT_CORE_HEALTH_PORT": str(ports.core_health),
            "CLAWDBOT_GATEWAY_HEALTH_PORT": str(ports.gateway_health),
        }

    def _write_state(self) -> None:
        children = {}
        for name, pid in self._supervisor.pids.items():
            try:
                children[name] = {"pid": pid, "started": psutil.Process(pid).create_time()}
            except psutil.NoSuchProcess:
                continue
        state = {
            "pid": os.getpid(),
            "written_at": time.time(),
            "api_url": self.api_url,
            "temporal_ui_url": self.temporal_ui_url,
            "temporal_address": self.foundations.temporal_address,
            "namespace": self.foundations.namespace,
            "ports": asdict(self.ports),
            "restarts": self._supervisor.restarts,
            "children": children,
        }
        write_private(self.directory.state_file, json.dumps(state, indent=2))


def sandbox_environment(port: int) -> dict[str, str]:
    """What makes a worker use the sandbox's sources instead of the real ones."""
    base = f"http://127.0.0.1:{port}"
    return {
        "REDDIT_CLIENT_ID": "sandbox",
        "REDDIT_CLIENT_SECRET": "sandbox",
        "REDDIT_USER_AGENT": "clawdbot/0.1 (sandbox)",
        "REDDIT_URL": base,
        "REDDIT_OAUTH_URL": base,
        "SEC_USER_AGENT": "ClawdBot sandbox try-out@example.com",
        "SEC_URL": f"{base}/sec",
        "SEC_ARCHIVES_URL": f"{base}/sec",
        "INTERNAL_API_URL": f"{base}/internal",
        "X_BEARER_TOKEN": "sandbox",
        "X_URL": f"{base}/x",
        "CRAWL_ALLOW_ADDRESSES": f"127.0.0.1:{port}",
        "NEWS_SOURCES": f"wire={base}/news/feeds/{{ticker}}.xml,market={base}/news/feeds/market.atom",
        "NEWS_DELAY_SECONDS": "0.1",
    }
