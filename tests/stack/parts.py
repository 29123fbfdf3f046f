"""A gateway or an API of a test's own, with settings of its own, beside those of the running stack.

They use the same Postgres and the same Temporal, so a task submitted to the one is handed out by the other.
"""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from runtime.ports import free_ports
from tests.stack.harness import RunningStack, eventually
from tests.support import plain_http, warm


@dataclass
class Part:
    """One process that can be ended and started again at the same address."""

    module: str
    environment: dict[str, str]
    log: Path
    #: Where it serves, and where it says that it is ready.
    port: int
    health: int
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def gateway_port(self) -> int:
        return self.port

    @property
    def namespace(self) -> str:
        return self.environment["CLAWDBOT_TEMPORAL_NAMESPACE"]

    def start(self) -> None:
        """Start it; returns when it is ready."""
        with self.log.open("ab") as file:
            self._process = warm.start(
                [sys.executable, "-m", self.module], env={**os.environ, **self.environment}, stdout=file, stderr=file
            )
        eventually(self._is_ready, 60, f"{self.module} is ready; see {self.log}")

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Send the signal and wait for its end."""
        if self._process:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    def restart(self, how: signal.Signals = signal.SIGTERM, **environment: str) -> None:
        """End it and start it again, with these settings changed."""
        self.end(how)
        self.environment |= environment
        self.start()

    def metrics(self) -> str:
        """What it tells Prometheus."""
        return plain_http.get(f"http://127.0.0.1:{self.health}/metrics").text

    def metric(self, name: str, **labels: str) -> float:
        """The sum of the samples of this name that have these labels."""
        wanted = [f'{label}="{value}"' for label, value in labels.items()]
        lines = [line for line in self.metrics().splitlines() if line.startswith((f"{name}{{", f"{name} "))]
        return sum(float(line.rpartition(" ")[2]) for line in lines if all(each in line for each in wanted))

    def _is_ready(self) -> bool:
        assert self._process is None or self._process.poll() is None, f"it ended: {self.log.read_text()}"
        with contextlib.suppress(httpx.TransportError):
            answer = plain_http.get(f"http://127.0.0.1:{self.health}/readyz", timeout=5)
            return answer.status_code == 200
        return False


@contextlib.contextmanager
def own_gateway(stack: RunningStack, directory: Path, **settings: str) -> Iterator[Part]:
    """A gateway with these settings (names without CLAWDBOT_, in small letters)."""
    port, health = free_ports(2)
    environment = _environment(stack, gateway_port=port, gateway_health_port=health, **settings)
    yield from _running(Part("gateway.main", environment, directory / "gateway.log", port, health))


@contextlib.contextmanager
def own_api(stack: RunningStack, directory: Path, **settings: str) -> Iterator[Part]:
    """An API with these settings, for workers that must be told another gateway's address."""
    port = free_ports(1)[0]
    environment = _environment(stack, api_port=port, **settings)
    yield from _running(Part("api.main", environment, directory / "api.log", port, port))


@contextlib.contextmanager
def own_core(stack: RunningStack, directory: Path, **settings: str) -> Iterator[Part]:
    """One more core."""
    health = free_ports(1)[0]
    environment = _environment(stack, core_health_port=health, **settings)
    yield from _running(Part("workers.core.main", environment, directory / "core.log", health, health))


def _running(part: Part) -> Iterator[Part]:
    try:
        part.start()
        yield part
    finally:
        part.end()


def _environment(stack: RunningStack, **settings: object) -> dict[str, str]:
    known: dict[str, object] = {
        "database_url": stack.database_url,
        "temporal_address": stack.temporal_address,
        "temporal_namespace": stack.namespace,
        "jwt_secret": stack.secrets["jwt_secret"],
        "lease_secret": stack.secrets["lease_secret"],
    }
    return {f"CLAWDBOT_{name.upper()}": str(value) for name, value in {**known, **settings}.items()}
