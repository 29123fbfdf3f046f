"""`clawdbot open`: where the page is, and how to sign in."""

import json
import os
import sys
from pathlib import Path

import pytest

from tests.stack.commands import REPOSITORY
from tests.support import warm


@pytest.mark.processes
def test_it_opens_the_page_of_the_local_stack(tmp_path: Path) -> None:
    (tmp_path / "cli.json").write_text(json.dumps({"api_url": "http://127.0.0.1:1", "api_key": "cwb_user_1"}))
    ran = warm.run(
        [sys.executable, "-m", "cli", "open", "--data-dir", str(tmp_path)],
        cwd=REPOSITORY,
        env={
            "PATH": os.environ["PATH"],
            "BROWSER": "echo opened %s",
            "CLAWDBOT_DATA_DIR": str(tmp_path),
            "COLUMNS": "200",
        },
        input="",
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    assert "http://127.0.0.1:1/" in ran.stdout
    assert "Sign in as admin" in ran.stdout
    assert "cwb_user_1" not in ran.stdout
