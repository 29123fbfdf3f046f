"""A terminal on a machine that knows no ClawdBot: commands are run in this process, against a real API."""

import io
import sys
from pathlib import Path
from typing import TextIO

import pytest

from cli.main import main
from tests.stack.people import PASSWORD


class Terminal:
    """A person's terminal on a machine that knows no ClawdBot."""

    def __init__(self, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path) -> None:
        self._patch, self._capsys = patch, capsys
        self.profiles = home / "config" / "profiles.json"
        for name in ("CLAWDBOT_API_URL", "CLAWDBOT_API_KEY", "CLAWDBOT_PROFILE"):
            patch.delenv(name, raising=False)
        patch.setenv("CLAWDBOT_DATA_DIR", str(home))
        patch.setenv("CLAWDBOT_CONFIG_DIR", str(self.profiles.parent))

    def __call__(self, *words: str, stdin: str = "", stdout: TextIO | None = None) -> tuple[int, str]:
        """(exit code, what was said)."""
        self._patch.setattr(sys, "argv", ["clawdbot", *words])
        self._patch.setattr(sys, "stdin", io.StringIO(stdin))
        with self._patch.context() as patch:
            if stdout is not None:
                patch.setattr(sys, "stdout", stdout)
            with pytest.raises(SystemExit) as ended:
                main()
        said = self._capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    def sign_in(self, url: str, name: str, *more: str) -> tuple[int, str]:
        return self("login", url, "--user", name, "--password-stdin", *more, stdin=f"{PASSWORD}\n")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Terminal:
    return Terminal(monkeypatch, capsys, tmp_path)
