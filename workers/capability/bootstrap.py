"""Asks the API for this worker's grant: its capabilities, and the gateway's address."""

import asyncio
import logging
from collections.abc import Sequence

import httpx

from contracts.task_types import OFFERED
from contracts.trust import trusted_at
from contracts.workers.views import BootstrapView
from workers.capability.bootstrap_headers import bootstrap_headers
from workers.capability.options import WorkerOptions, WorkerRefused

logger = logging.getLogger(__name__)

_PATH = "/api/v1/worker/bootstrap"
_PAUSE_SECONDS = 0.5


class ApiNotReady(Exception):
    """The API does not answer, or not with what was asked for."""


async def ask(options: WorkerOptions) -> BootstrapView:
    """Ask once.

    Raises:
        WorkerRefused: the key is not valid.
        ApiNotReady: says how.
    """
    trust = trusted_at(options.api_url)
    async with httpx.AsyncClient(base_url=options.api_url, timeout=10, trust_env=False, verify=trust) as http:
        try:
            answer = await http.get(_PATH, headers=bootstrap_headers(options.api_key, options.concurrency))
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise ApiNotReady(type(error).__name__) from None
    if answer.status_code in (401, 403):
        raise WorkerRefused(
            f"The API at {options.api_url} does not accept this worker key. "
            "Check CLAWDBOT_API_KEY, or ask an admin to register the worker."
        )
    if answer.status_code != 200:
        raise ApiNotReady(f"HTTP {answer.status_code}")
    try:
        return BootstrapView.model_validate_json(answer.content)
    except ValueError:
        raise ApiNotReady("an answer that is not ClawdBot's") from None


async def ask_until_answered(options: WorkerOptions) -> BootstrapView:
    """Ask, and wait for an API that is not there yet.

    Raises:
        WorkerRefused: the key is not valid.
    """
    told = False
    while True:
        try:
            return await ask(options)
        except ApiNotReady as why:
            if not told:
                logger.warning("the API at %s is not ready (%s), waiting for it", options.api_url, why)
                told = True
        await asyncio.sleep(_PAUSE_SECONDS)


def choose(wanted: Sequence[str], granted: BootstrapView) -> list[str]:
    """The capabilities that are wanted, allowed and known to this version.

    Raises:
        WorkerRefused: there are none, or something was asked for that is not among them.
    """
    unknown = sorted(set(wanted) - set(OFFERED))
    if unknown:
        raise WorkerRefused(
            f"This version of the worker cannot do {', '.join(unknown)}. It can do: {', '.join(OFFERED)}."
        )
    forbidden = sorted(set(wanted) - set(granted.capabilities))
    if forbidden:
        raise WorkerRefused(
            f"The key of worker '{granted.name}' does not allow {', '.join(forbidden)}. "
            f"It allows: {', '.join(granted.capabilities)}."
        )
    chosen = allowed(wanted, granted)
    if not chosen:
        raise WorkerRefused(f"The key of worker '{granted.name}' allows nothing that this version can do.")
    return chosen


def allowed(wanted: Sequence[str], granted: BootstrapView) -> list[str]:
    """What of it the key allows now."""
    return [name for name in OFFERED if name in granted.capabilities and (not wanted or name in wanted)]
