"""`clawdbot start`: a worker on this machine, for a ClawdBot anywhere."""

import logging
import os
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from contracts.mistakes import in_words
from contracts.workers import settings as worker_settings
from contracts.workers.settings import BadWorkerFile, WorkerSettings

Config = Annotated[
    Path | None,
    typer.Option(help="YAML file with api_url, api_key, capabilities, …; default ~/.clawdbot.yaml if it is there"),
]


def start(
    capabilities: Annotated[
        str | None, typer.Option(help="What to take, with commas; default is all that the key allows")
    ] = None,
    concurrency: Annotated[int | None, typer.Option(min=1, max=1_000, help="Tasks at once")] = None,
    config: Config = None,
    api_url: Annotated[
        str | None, typer.Option(help="Address of the API. Default: CLAWDBOT_API_URL, then the file")
    ] = None,
    api_key: Annotated[
        str | None, typer.Option(help="The worker's key. Default: CLAWDBOT_API_KEY, then the file")
    ] = None,
    log_format: Annotated[str | None, typer.Option(help="text or json")] = None,
    grace: Annotated[
        float | None, typer.Option(min=0, max=3_600, help="Seconds that tasks have to end when it is told to stop")
    ] = None,
) -> None:
    """Take tasks until Ctrl-C. Only outbound connections; credentials of sources stay in this environment.

    Example: clawdbot start --config ~/.clawdbot.yaml --concurrency 4
    """
    options = {
        "capabilities": capabilities or None,
        "concurrency": concurrency,
        "api_url": api_url,
        "api_key": api_key,
        "log_format": log_format,
        "grace_seconds": grace,
    }
    settings = settings_of(config, options)
    code = _work(settings, worker_settings.readable_by_others(config))
    # The SDK's own threads may block for ever in an interpreter that is taking itself apart (2 of 10 stops).
    logging.shutdown()
    os._exit(code)


def settings_of(config: Path | None, options: Mapping[str, object]) -> WorkerSettings:
    """What the options, the environment and the file say.

    Raises:
        BadParameter: something of it cannot be used, or address and key are missing.
    """
    try:
        settings = worker_settings.read(config, options)
    except BadWorkerFile as error:
        raise typer.BadParameter(str(error)) from None
    except ValidationError as error:
        mistakes = [f"{each['loc'][0]}: {in_words(each)}" for each in error.errors()]
        raise typer.BadParameter(f"These settings of the worker cannot be used: {'; '.join(mistakes)}.") from None
    if not settings.api_url or not settings.api_key:
        raise _not_told()
    if not settings.api_url.startswith(("http://", "https://")):
        raise typer.BadParameter(f"'{settings.api_url}' is not an address. Give it like https://clawdbot.example.com.")
    return settings


def _not_told() -> typer.BadParameter:
    return typer.BadParameter(
        "Say where the API is and give the worker's key: set CLAWDBOT_API_URL and CLAWDBOT_API_KEY, "
        "or name a file with --config. An admin gets a key with `clawdbot workers register`."
    )


def _work(settings: WorkerSettings, open_file: Path | None) -> int:
    from runtime import process
    from runtime.logs import LogFormat
    from workers.capability.main import WorkerOptions, WorkerRefused, run_worker

    logger = logging.getLogger(__name__)
    for each in (signal.SIGUSR1, signal.SIGUSR2):
        # Hooks for sleep may send them before anybody handles them.
        signal.signal(each, signal.SIG_IGN)
    if not settings.api_url or not settings.api_key:
        raise _not_told()
    options = WorkerOptions(
        api_url=settings.api_url.rstrip("/"),
        api_key=settings.api_key.get_secret_value(),
        capabilities=settings.capabilities,
        concurrency=settings.concurrency,
        grace_seconds=settings.grace_seconds,
        check_seconds=settings.check_seconds,
    )

    async def work() -> None:
        if open_file:
            logger.warning("%s can be read by other users of this machine: chmod 600 %s", open_file, open_file)
        await run_worker(options)

    try:
        process.run(work, log_format=LogFormat(settings.log_format), on_second_signal=_end_at_once)
    except WorkerRefused as refused:
        logger.error("%s", refused)
        return 4
    return 0


def _end_at_once() -> None:
    logging.getLogger(__name__).warning("told to stop again: ending at once, other workers get the tasks in 10 s")
    logging.shutdown()
    os._exit(130)
