"""A worker as people install it: our wheel with the `worker` extra, in an environment of its own.

It knows an address and a key, and nothing else. Costs about half a minute: it installs everything that a worker needs.
"""

import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.files import ROOT
from tests.stack.harness import Api, RunningStack, WorkerProcess
from tests.support.fixtures import light, servers
from tests.support.light import Light

pytestmark = pytest.mark.processes

__all__ = ["light", "servers"]

OF_SERVERS = ("fastapi", "sqlalchemy", "psycopg", "alembic", "uvicorn", "nicegui", "starlette", "grpc", "psutil")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the commands of that environment."""
    began, directory = time.monotonic(), tmp_path_factory.mktemp("wheel")
    quietly = ["-m", "pip", "-qqq", "--disable-pip-version-check"]
    wheels = ["wheel", "--no-deps", "--wheel-dir", str(directory), str(ROOT)]
    subprocess.run([sys.executable, *quietly, *wheels], check=True, timeout=170)
    [wheel] = directory.glob("clawdbot-*.whl")
    # Without a pip of its own, which would be unpacked and compiled for this alone.
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", directory / "venv"], check=True, timeout=120)
    # The versions that were tested, from whatever index pip is configured for.
    pinned = ["install", "--no-compile", f"{wheel}[worker]", "--constraint", str(_versions(directory))]
    subprocess.run([sys.executable, *quietly, "--python", directory / "venv", *pinned], check=True, timeout=170)
    print(f"wheel built and installed in {time.monotonic() - began:.0f} s")
    return directory / "venv" / "bin"


def _versions(directory: Path) -> Path:
    """constraints.txt without its hashes: pip cannot check the hash of a wheel that was just built."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    file = directory / "versions.txt"
    file.write_text("\n".join(line.rstrip("\\ ") for line in lines if not line.lstrip().startswith("--hash")))
    return file


def test_it_brings_no_library_of_the_servers(installed: Path) -> None:
    found = f"import importlib.util; print([each for each in {OF_SERVERS} if importlib.util.find_spec(each)])"
    done = subprocess.run([installed / "python", "-c", found], capture_output=True, cwd="/", text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_it_brings_the_statements(installed: Path) -> None:
    [site] = installed.parent.glob("lib/python*/site-packages")
    wanted = {file.relative_to(ROOT) for file in (ROOT / "db").rglob("*.sql")}
    assert wanted
    assert {file.relative_to(site) for file in (site / "db").rglob("*.sql")} == wanted


def test_it_brings_the_dashboard(installed: Path) -> None:
    [site] = installed.parent.glob("lib/python*/site-packages")
    built = {file.relative_to(ROOT) for file in (ROOT / "api" / "web" / "dist" / "assets").iterdir()}
    assert built
    assert {file.relative_to(site) for file in (site / "api" / "web" / "dist" / "assets").iterdir()} == built


def test_there_is_no_wheel_without_the_dashboard(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "README.md", "LICENSE", "hatch_build.py"):
        shutil.copy(ROOT / name, tmp_path)
    command = [sys.executable, "-m", "pip", "-q", "wheel", "--no-deps", "--wheel-dir", str(tmp_path), str(tmp_path)]
    refused = subprocess.run(command, capture_output=True, text=True, timeout=170)
    assert refused.returncode != 0
    assert "The dashboard is not built" in refused.stdout + refused.stderr
    assert "make page" in refused.stdout + refused.stderr


def test_an_address_and_a_key_are_enough(installed: Path, tmp_path: Path, light: Light) -> None:
    with light() as stack:
        task = _takes_a_task(stack, stack.api, installed, tmp_path)
        assert task["result"]["message"] == "from far away"


def _takes_a_task(stack: RunningStack, api: Api, installed: Path, directory: Path) -> dict[str, Any]:
    name, id_, key = stack.register(["echo"])
    # Nothing of this process: not its folder, its path or its variables.
    environment = {"CLAWDBOT_API_URL": stack.api_url, "CLAWDBOT_API_KEY": key, "HOME": str(directory)}
    seen = subprocess.run(
        [installed / "clawdbot", "doctor"], env=environment, cwd=directory, capture_output=True, text=True, timeout=60
    )
    assert seen.returncode == 0, seen.stdout + seen.stderr
    log = directory / "worker.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [installed / "clawdbot", "start"], env=environment, cwd=directory, stdout=file, stderr=file,
            start_new_session=True,
        )  # fmt: skip
    worker = WorkerProcess(name, id_, key, process, log)
    try:
        task = api.wait_for(api.submit("echo", {"message": "from far away"}), "succeeded", seconds=60)
        assert task["worker"] == name, log.read_text()
        return task
    finally:
        worker.end()
