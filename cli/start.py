"""`clawdbot start`: a worker on this machine, for a ClawdBot anywhere."""

import logging
import os
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml


def start(
    capabilities: Annotated[
        str, typer.Option(help="What to take, with commas; default is all that the key allows")
    ] = "",
    concurrency: Annotated[int | None, typer.Option(min=1, max=1_000, help="Tasks at once")] = None,
    config: Annotated[
        Path | None, typer.Option(help="YAML file with api_url, api_key, capabilities, concurrency")
    ] = None,
    api_url: Annotated[str | None, typer.Option(envvar="CLAWDBOT_API_URL", help="Address of the API")] = None,
    api_key: Annotated[
        str | None, typer.Option(envvar="CLAWDBOT_API_KEY", help="The worker's key", show_envvar=True)
    ] = None,
) -> None:
    """Take tasks until Ctrl-C. Only outbound connections; credentials of sources stay in this environment."""
    from runtime import process
    from workers.capability.main import WorkerOptions, WorkerRefused, run_worker

    given = _read(config)
    names = capabilities.split(",") if capabilities else given.get("capabilities", [])
    url, key = api_url or given.get("api_url"), api_key or given.get("api_key")
    if not url or not key:
        raise typer.BadParameter(
            "Say where the API is and give the worker's key: set CLAWDBOT_API_URL and CLAWDBOT_API_KEY, "
            "or name a file with --config. An admin gets a key with `clawdbot workers register`."
        )
    options = WorkerOptions(
        api_url=url.rstrip("/"),
        api_key=key,
        capabilities=tuple(name.strip() for name in names if name.strip()),
        concurrency=concurrency or given.get("concurrency"),
    )
    code = 0
    try:
        process.run(lambda: run_worker(options))
    except* WorkerRefused as refused:
        logging.getLogger(__name__).error("%s", refused.exceptions[0])
        code = 4
    # The SDK's own threads may block for ever in an interpreter that is taking itself apart (2 of 10 stops).
    logging.shutdown()
    os._exit(code)


def _read(config: Path | None) -> dict[str, Any]:
    if config is None:
        return {}
    try:
        given = yaml.safe_load(config.expanduser().read_text())
    except (OSError, yaml.YAMLError) as error:
        raise typer.BadParameter(f"{config} cannot be read: {error}") from None
    if not isinstance(given, dict):
        raise typer.BadParameter(f"{config} must hold settings such as 'api_url: https://…'.")
    unknown = set(given) - {"api_url", "api_key", "capabilities", "concurrency"}
    if unknown:
        raise typer.BadParameter(f"{config}: unknown settings {', '.join(sorted(unknown))}.")
    return given
