"""The gateway as a worker meets it: gRPC over HTTP/2, also on a line that was idle for a while."""

import asyncio
import time
from datetime import timedelta

import temporalio.api.workflowservice.v1 as service
from temporalio.client import Client
from temporalio.service import RPCError

from contracts.workers.views import BootstrapView
from workers.capability.connection import open_client
from workers.doctor.network import Server
from workers.doctor.report import Check, fail, ok

_SECONDS = 10.0


def place_of(granted: BootstrapView) -> Server:
    """Where it is. Inside TLS it must speak HTTP/2."""
    host, _, port = granted.gateway_address.rpartition(":")
    protocol = "h2" if granted.gateway_tls else ""
    return Server("gateway", host.strip("[]"), int(port), granted.gateway_tls, protocol)


async def ask_gateway(granted: BootstrapView, key: str, idle: float) -> list[Check]:
    """Ask once, and once more after ``idle`` seconds of silence, if any."""
    try:
        async with asyncio.timeout(_SECONDS):
            client = await open_client(granted, key)
    except TimeoutError:
        return [fail("gateway: gRPC", f"no answer within {_SECONDS:.0f} s", _advice(""))]
    except RuntimeError as error:
        return [fail("gateway: gRPC", _short(error), _advice(str(error)))]
    checks = [await _ask(client, "gateway: gRPC", "")]
    if idle and checks[0].verdict == "ok":
        await asyncio.sleep(idle)
        advice = "Something between here and the gateway forgets idle connections; raise its timeout above this."
        checks.append(await _ask(client, f"gateway: after {idle:.0f} s idle", advice))
    return checks


async def _ask(client: Client, label: str, advice: str) -> Check:
    began, limit = time.monotonic(), timedelta(seconds=_SECONDS)
    try:
        await client.workflow_service.get_system_info(service.GetSystemInfoRequest(), timeout=limit)
    except RPCError as error:
        return fail(label, _short(error), advice or _advice(str(error)))
    return ok(label, f"answers in {(time.monotonic() - began) * 1000:.0f} ms")


def _advice(error: str) -> str:
    if "PermissionDenied" in error:
        return "The gateway does not accept this key, although the API does: wait some seconds and try again."
    return (
        "Something answers there that does not speak gRPC over HTTP/2: check CLAWDBOT_GATEWAY_PUBLIC_ADDRESS on the "
        "server, and that a proxy in between passes gRPC."
    )


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
