"""What the files for deployment say: compose with its variables filled in, Kubernetes, and the commands in both."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from contracts.client_settings import ClientSettings
from contracts.settings import ServerSettings
from contracts.workers.settings import WorkerSettings
from tests.support import warm

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yml"
KUBERNETES = ROOT / "deploy" / "k8s" / "clawdbot.yaml"

#: ``${NAME}``, ``${NAME:-default}`` and ``${NAME:?sentence}``.
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<text>[^}]*))?\}")


def compose(path: Path = COMPOSE) -> dict[str, Any]:
    """The file as it stands, merge keys resolved."""
    return dict(yaml.safe_load(path.read_text()))


def services() -> dict[str, dict[str, Any]]:
    return dict(compose()["services"])


def filled_in(value: str, given: Mapping[str, str]) -> str:
    """The value as compose sees it with these variables."""

    def replacement(found: re.Match[str]) -> str:
        default = found["text"] if found["kind"] == "-" else ""
        return given.get(found["name"]) or default

    return VARIABLE.sub(replacement, value)


def environment(service: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    """The environment of a service; a variable without a value is handed on if it is given."""
    wanted: dict[str, str | None] = service.get("environment", {})
    handed_on = {name: given[name] for name, value in wanted.items() if value is None and name in given}
    return handed_on | {name: filled_in(value, given) for name, value in wanted.items() if value is not None}


def kubernetes() -> list[dict[str, Any]]:
    return [dict(each) for each in yaml.safe_load_all(KUBERNETES.read_text())]


def deployments() -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, its only container)."""
    for each in kubernetes():
        if each["kind"] == "Deployment":
            [container] = each["spec"]["template"]["spec"]["containers"]
            yield each["metadata"]["name"], dict(container)


def settings_of(model: type[ServerSettings | ClientSettings | WorkerSettings]) -> set[str]:
    """The variables that a settings model reads."""
    return {f"CLAWDBOT_{name.upper()}" for name in model.model_fields}


def required() -> set[str]:
    """The variables without which no server process starts."""
    return {f"CLAWDBOT_{name.upper()}" for name, field in ServerSettings.model_fields.items() if field.is_required()}


def run(command: list[str], given: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command of an image with this interpreter and nothing of ours in its environment but ``given``."""
    program = {"python": [sys.executable], "clawdbot": [sys.executable, "-m", "cli"]}[command[0]]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CLAWDBOT_")}
    return warm.run(
        [*program, *command[1:]],
        cwd=ROOT, env={**inherited, "NO_COLOR": "1", **(given or {})}, text=True, timeout=60,
    )  # fmt: skip
