"""From a join code to a task that is done."""

import stat
import uuid
from pathlib import Path
from typing import Any

import yaml

from tests.stack.commands import clawdbot, started_worker
from tests.stack.harness import Api, RunningStack

USED = "This join code has been used already, and works once only. Ask an admin for a new one."


def invite(api: Api, **fields: Any) -> dict[str, Any]:
    made = api.http.post("/workers/invitations", json={"capabilities": ["echo"], **fields})
    assert made.status_code == 201, made.text
    return dict(made.json())


def test_from_an_invitation_to_a_task_that_is_done(api: Api, stack: RunningStack, tmp_path: Path) -> None:
    """As two people do it: one line on the server, the line that it prints on the other machine, and start."""
    told = clawdbot(stack, "workers", "invite", "--capabilities", "echo", "--concurrency", "3", "--expires", "30m")
    assert told.returncode == 0, told.stderr
    assert "this machine only" in told.stderr
    [line] = [line.strip() for line in told.stdout.splitlines() if "workers join" in line]
    config = tmp_path / "home" / "clawdbot.yaml"
    name = f"laptop-{uuid.uuid4().hex[:8]}"
    words = line.split()[1:]
    joined = clawdbot(None, *words, "--name", name, "--config", str(config))
    assert joined.returncode == 0, joined.stderr
    assert f"clawdbot start --config {config}" in joined.stdout
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    settings = yaml.safe_load(config.read_text())
    assert set(settings) == {"api_url", "api_key", "capabilities", "concurrency"}
    assert (settings["api_url"], settings["capabilities"], settings["concurrency"]) == (stack.api_url, ["echo"], 3)
    assert settings["api_key"] not in joined.stdout + joined.stderr
    assert [each.name for each in config.parent.iterdir()] == [config.name]

    with started_worker("--config", str(config)):
        task = api.wait_for(api.submit("echo", {"message": "from a laptop"}), "succeeded", seconds=60)
    assert task["worker"] == name

    once_more = clawdbot(None, *words, "--config", str(tmp_path / "other.yaml"))
    assert (once_more.returncode, once_more.stderr.strip()) == (4, USED)
    assert not (tmp_path / "other.yaml").exists()
