"""Kubernetes, systemd and launchd against the code: commands start, settings exist, probes ask the right port."""

import configparser
import plistlib
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from contracts.client_settings import ClientSettings
from contracts.settings import ServerSettings
from contracts.workers.settings import WorkerSettings
from tests.deploy.files import ROOT, deployments, kubernetes, required, run, services, settings_of

CONTAINERS = dict(deployments())


def config() -> dict[str, str]:
    [found] = [each for each in kubernetes() if each["kind"] == "ConfigMap"]
    return dict(found["data"])


def of_the_secret() -> set[str]:
    """What the instructions at the top of the file put into the secret."""
    text = (ROOT / "deploy" / "k8s" / "clawdbot.yaml").read_text()
    return set(re.findall(r"--from-literal=(\w+)=", text))


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_deployment_runs_what_compose_runs(name: str) -> None:
    assert CONTAINERS[name]["command"] == services()[name]["command"]
    assert CONTAINERS[name]["image"] == services()[name]["image"]


def test_settings_exist_and_are_complete() -> None:
    assert config().keys() | of_the_secret() <= settings_of(ServerSettings)
    assert required() <= config().keys() | of_the_secret()


@pytest.mark.parametrize("name", CONTAINERS)
def test_probes_ask_the_port_that_answers(name: str) -> None:
    port = {
        "api": config()["CLAWDBOT_API_PORT"],
        "core": config()["CLAWDBOT_CORE_HEALTH_PORT"],
        "gateway": config()["CLAWDBOT_GATEWAY_HEALTH_PORT"],
        "telegram": config()["CLAWDBOT_TELEGRAM_PORT"],
    }[name]
    probes = {kind: CONTAINERS[name][f"{kind}Probe"] for kind in ("startup", "readiness", "liveness")}
    for kind, probe in probes.items():
        path = "readyz" if kind == "readiness" else "healthz"
        assert _address(probe) == (port, path), kind


def _address(probe: dict[str, Any]) -> tuple[str, str]:
    if "httpGet" in probe:
        return str(probe["httpGet"]["port"]), probe["httpGet"]["path"].removeprefix("/")
    [found] = re.findall(r"http://127\.0\.0\.1:(\d+)/(\w+)", probe["exec"]["command"][-1])
    return found[0], found[1]


class Unit(configparser.ConfigParser):
    """A file of systemd's, whose keys keep their case."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


@pytest.mark.processes
def test_the_unit_starts_a_worker_and_leaves_a_refused_one_alone() -> None:
    unit = Unit(interpolation=None)
    unit.read(ROOT / "deploy" / "systemd" / "clawdbot-worker.service")
    program, *arguments = shlex.split(unit["Service"]["ExecStart"])
    assert program.endswith("/clawdbot")
    assert run(["clawdbot", *arguments, "--help"]).returncode == 0
    # Started without address and key: exit code 2, after which systemd must not try again.
    code = run(["clawdbot", *arguments]).returncode
    assert str(code) in unit["Service"]["RestartPreventExitStatus"].split()


def test_who_stops_a_worker_waits_for_its_tasks() -> None:
    grace = WorkerSettings.model_fields["grace_seconds"].default
    handing_back = 10
    unit = (ROOT / "deploy" / "systemd" / "clawdbot-worker.service").read_text()
    [stop] = re.findall(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)
    agent = plistlib.loads((ROOT / "deploy" / "launchd" / "clawdbot.worker.plist").read_bytes())
    compose = services()["worker"]["stop_grace_period"].removesuffix("s")
    for patience in (stop, agent["ExitTimeOut"], compose):
        assert int(patience) >= grace + handing_back


@pytest.mark.processes
@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd checks units where there is systemd")
def test_systemd_finds_no_mistake_in_the_unit(tmp_path: Path) -> None:
    unit = (ROOT / "deploy" / "systemd" / "clawdbot-worker.service").read_text()
    file = tmp_path / "clawdbot-worker.service"
    # What it names is not installed here.
    file.write_text(unit.replace("/opt/clawdbot/bin/clawdbot start", "/bin/true"))
    checked = subprocess.run(
        ["/usr/bin/env", "systemd-analyze", "verify", "--man=no", file], capture_output=True, text=True, timeout=60
    )
    assert checked.returncode == 0, checked.stderr
    assert "clawdbot-worker.service" not in checked.stderr


@pytest.mark.processes
@pytest.mark.parametrize(("moment", "signal"), [("pre", "SIGUSR1"), ("post", "SIGUSR2")])
def test_the_hook_for_sleep_tells_the_worker(tmp_path: Path, moment: str, signal: str) -> None:
    for name in ("systemctl", "sleep"):
        (tmp_path / name).write_text(f'#!/bin/sh\necho {name} "$@"\n')
        (tmp_path / name).chmod(0o755)
    hook = ROOT / "deploy" / "systemd" / "clawdbot-sleep"
    told = subprocess.run([hook, moment], env={"PATH": f"{tmp_path}:/bin"}, capture_output=True, text=True, timeout=60)
    assert told.stdout.splitlines()[0].split()[-2:] == [f"--signal={signal}", "clawdbot-worker.service"]
    assert told.returncode == 0


def test_the_agent_of_launchd_starts_a_worker() -> None:
    agent = plistlib.loads((ROOT / "deploy" / "launchd" / "clawdbot.worker.plist").read_bytes())
    assert agent["KeepAlive"] is True
    script = agent["ProgramArguments"][-1]
    assert 'exec "$HOME/.local/bin/clawdbot" start' in script


def test_the_environment_of_a_worker_names_what_its_code_reads() -> None:
    text = (ROOT / "deploy" / "worker.env.example").read_text()
    named = set(re.findall(r"^#? ?([A-Z_]+)=", text, re.MULTILINE))
    assert named - settings_of(ClientSettings) - settings_of(WorkerSettings) <= source_variables()
    assert {"CLAWDBOT_API_KEY", "CLAWDBOT_API_URL"} <= named


def source_variables() -> set[str]:
    """The variables that handlers take from a worker's environment."""
    files = [path for folder in ("activities", "llm") for path in (ROOT / folder).rglob("*.py")]
    code = "".join(path.read_text() for path in files)
    return set(re.findall(r'(?:required|optional)\("([A-Z_]+)"', code))
