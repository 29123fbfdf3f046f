"""The `clawdbot` command in this process, and a facade that it talks to over HTTP."""

import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import pytest
from starlette.types import Receive, Scope, Send

from cli.main import main
from tests.cli.answers import make_app
from tests.cli.facade import KEY, Facade
from tests.serving import serving


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Shell:
    """Runs commands as a person would type them."""

    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *words: object, stdin: str | TextIO = "") -> Ran:
        self.monkeypatch.setattr(sys, "argv", ["clawdbot", *map(str, words)])
        self.monkeypatch.setattr(sys, "stdin", io.StringIO(stdin) if isinstance(stdin, str) else stdin)
        with pytest.raises(SystemExit) as ended:
            main()
        captured = self.capsys.readouterr()
        return Ran(int(ended.value.code or 0), captured.out, captured.err)


@dataclass
class Server:
    """One server for all tests; each test puts its own facade behind it."""

    url: str = ""
    facade: Facade | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.facade
        await make_app(self.facade)(scope, receive, send)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    app = Server()
    with serving(app) as app.url:
        yield app


@pytest.fixture
def facade(server: Server) -> Facade:
    """An empty facade behind the server."""
    server.facade = Facade()
    return server.facade


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine that knows no ClawdBot; its data directory."""
    for name in ("CLAWDBOT_API_URL", "CLAWDBOT_API_KEY", "COLUMNS", "FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLAWDBOT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CLAWDBOT_CONFIG_DIR", str(tmp_path / "config"))
    return tmp_path


@pytest.fixture
def environment(nowhere: Path, server: Server, facade: Facade, monkeypatch: pytest.MonkeyPatch) -> None:
    """The facade is the ClawdBot of this environment."""
    monkeypatch.setenv("CLAWDBOT_API_URL", server.url)
    monkeypatch.setenv("CLAWDBOT_API_KEY", KEY)


@pytest.fixture
def bare_shell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], nowhere: Path) -> Shell:
    """A shell without any settings."""
    return Shell(monkeypatch, capsys)


@pytest.fixture
def clawdbot(bare_shell: Shell, environment: None) -> Shell:
    """A shell that is set up for the facade."""
    return bare_shell
