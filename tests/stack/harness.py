"""A running ClawdBot as its users have it, and what a test may do to it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import httpx
import psutil

from contracts.names import capability_of_queue
from tests.stack.temporal_side import TemporalSide
from tests.support import plain_http, warm
from tests.support.facade import TERMINAL, Api, Facade, Task, eventually

__all__ = ["TERMINAL", "Api", "Task", "eventually"]

#: From kill -9 to running elsewhere.
RECOVERY_SECONDS = 20
#: From the request for a cancel to its effect, worker online.
CANCEL_SECONDS = 1.0


@dataclass
class WorkerProcess:
    """A worker as `clawdbot start` runs it."""

    name: str
    id: str
    key: str
    process: subprocess.Popen[bytes]
    log: Path

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """Send the signal to the process and whatever it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, how)

    def end(self) -> None:
        self.kill(signal.SIGCONT)
        self.kill()
        self.process.wait(10)


@dataclass
class RunningStack(Facade):
    """A stack in its data directory, however it was started."""

    directory: Path

    @property
    def state(self) -> dict[str, Any]:
        """Pids, ports and addresses right now."""
        return dict(json.loads((self.directory / "state.json").read_text()))

    @property
    def api_url(self) -> str:
        return str(self.state["api_url"])

    @property
    def admin_key(self) -> str:
        return str(json.loads((self.directory / "cli.json").read_text())["api_key"])

    @property
    def secrets(self) -> dict[str, str]:
        return dict(json.loads((self.directory / "secrets.json").read_text()))

    # -- looking behind the facade --------------------------------------------------------------------------------

    @property
    def database_url(self) -> str:
        password = self.secrets["postgres_password"]
        return f"postgresql://clawdbot:{password}@127.0.0.1:{self.state['ports']['postgres']}/clawdbot"

    @property
    def temporal_address(self) -> str:
        return str(self.state["temporal_address"])

    @property
    def gateway_port(self) -> int:
        return int(self.state["ports"]["gateway"])

    @cached_property
    def namespace(self) -> str:
        """Its namespace in Temporal."""
        return str(self.state["namespace"])

    @cached_property
    def temporal_side(self) -> TemporalSide:
        """Temporal itself."""
        return TemporalSide(self.temporal_address, self.namespace)

    def temporal(self, *arguments: str) -> str:
        """Run the `temporal` CLI as a person would: where that is what is tried. `temporal_side` is far cheaper."""
        binary = Path(sys.executable).parent / "temporal"
        done = subprocess.run(
            [binary, *arguments, "--address", self.temporal_address, "--namespace", self.namespace],
            capture_output=True,
            text=True,
            timeout=30,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def log(self, part: str) -> str:
        return (self.directory / "logs" / f"{part}.log").read_text(errors="replace")

    # -- doing things to it ---------------------------------------------------------------------------------------

    def pid(self, part: str) -> int:
        return int(self.state["children"][part]["pid"])

    def kill(self, part: str, how: signal.Signals = signal.SIGKILL) -> None:
        """End a part the hard way; the supervisor brings it back."""
        os.kill(self.pid(part), how)

    @contextlib.contextmanager
    def suspended(self, part: str) -> Iterator[None]:
        """The part and whatever it started hang for the length of the block: alive, but answering nobody."""
        process = psutil.Process(self.pid(part))
        family = [process, *process.children(recursive=True)]
        for each in family:
            each.suspend()
        try:
            yield
        finally:
            for each in family:
                # The test may have killed it.
                with contextlib.suppress(psutil.NoSuchProcess):
                    each.resume()

    def restarts(self, part: str) -> int:
        return int(self.state["restarts"][part])

    def kill_and_wait(self, part: str, seconds: float = 30) -> None:
        """kill -9, and wait until all is there again."""
        before = self.restarts(part)
        self.kill(part)
        eventually(lambda: self.restarts(part) > before, seconds, f"{part} is started again")
        self.wait_until_ready()

    def wait_until_ready(self, seconds: float = 60) -> None:
        """All server parts answer and say that they can work."""
        ports = self.state["ports"]
        for part in ("api", "core_health", "gateway_health"):
            eventually(partial(_is_ready, ports[part]), seconds, f"{part} is ready")

    @contextlib.contextmanager
    def worker(
        self,
        *capabilities: str,
        concurrency: int = 2,
        environment: dict[str, str] | None = None,
        cold: bool = False,
        serves: Sequence[str] | None = None,
    ) -> Iterator[WorkerProcess]:
        """A worker process of its own, ended by force at the end of the block."""
        worker = self.start_worker(capabilities, concurrency, environment, cold, serves)
        try:
            yield worker
        finally:
            worker.end()

    def start_worker(
        self,
        capabilities: Sequence[str],
        concurrency: int = 2,
        environment: dict[str, str] | None = None,
        cold: bool = False,
        serves: Sequence[str] | None = None,
    ) -> WorkerProcess:
        """Start a worker and wait until it asks for tasks."""
        worker = self.launch_worker(capabilities, concurrency, environment, cold, serves)
        try:
            self.wait_until_polling(worker, capabilities)
        except AssertionError:
            worker.end()
            raise
        return worker

    def launch_worker(
        self,
        capabilities: Sequence[str],
        concurrency: int = 2,
        environment: dict[str, str] | None = None,
        cold: bool = False,
        serves: Sequence[str] | None = None,
    ) -> WorkerProcess:
        """Start a worker, whatever becomes of it; cold: with an interpreter of its own from the first instruction."""
        name, id_, key = self.register(capabilities, concurrency=concurrency, serves=serves)
        log = self.directory / "logs" / f"{name}.log"
        with log.open("wb") as file:
            begin = subprocess.Popen if cold else warm.start
            process = begin(
                [
                    sys.executable, "-m", "cli", "start",
                    "--capabilities", ",".join(capabilities), "--concurrency", str(concurrency),
                ],
                env={**os.environ, "CLAWDBOT_API_URL": self.api_url, "CLAWDBOT_API_KEY": key, **(environment or {})},
                stdout=file, stderr=file, start_new_session=True,
            )  # fmt: skip
        return WorkerProcess(name, id_, key, process, log)

    def wait_until_polling(self, worker: WorkerProcess, capabilities: Sequence[str], seconds: float = 30) -> None:
        """The worker asks for tasks of all these capabilities."""
        eventually(lambda: self._is_polling(worker.id, capabilities), seconds, f"{worker.name} polls; see {worker.log}")

    def _is_polling(self, worker_id: str, capabilities: Sequence[str]) -> bool:
        # Once it is so in the database, the API is asked: it tells of all workers that tests ever had.
        [seen] = self.rows("SELECT polling FROM workers WHERE id = %s", worker_id)
        if not set(capabilities) <= set(map(capability_of_queue, seen["polling"])):
            return False
        workers = self.api.http.get("/workers").json()["workers"]
        return any(w["id"] == worker_id and set(capabilities) <= set(w["polling"]) for w in workers)

    def close(self) -> None:
        """Let go of the connections that asked it."""
        super().close()
        self.temporal_side.close()


@dataclass
class WholeStack(RunningStack):
    """What `clawdbot up` made: it has a Postgres and a Temporal to itself."""

    process: subprocess.Popen[bytes]

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """As Ctrl-C does; returns the exit code."""
        self.close()
        self.process.send_signal(how)
        return self.process.wait(60)


def start_stack(directory: Path, *options: str, environment: dict[str, str] | None = None) -> WholeStack:
    """`clawdbot up` on free ports, once it says that it is up."""
    directory.mkdir(parents=True, exist_ok=True)
    output = directory / "up.log"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", "up", "--free-ports", "--data-dir", str(directory), *options],
            stdout=file,
            stderr=file,
            env={**os.environ, "NO_COLOR": "1", **(environment or {})},
        )

    def is_up() -> bool:
        assert process.poll() is None, f"clawdbot up ended: {output.read_text()}"
        return "ClawdBot is up" in output.read_text()

    eventually(is_up, 90, "clawdbot up says that it is up")
    return WholeStack(directory, process)


def _is_ready(port: int) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return plain_http.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200
    return False
