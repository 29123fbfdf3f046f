"""The connection to Temporal: forwards raw messages and passes its errors on unchanged."""

import asyncio
from typing import Any

import grpc.aio

from api.gateway.refused import Refused

SERVICE = "/temporal.api.workflowservice.v1.WorkflowService/"
#: Temporal's own limit.
MESSAGE_LIMIT = 4 * 1024 * 1024
_DETAILS = "grpc-status-details-bin"


class Upstream:
    """One channel for everybody; a call is cancelled with whoever waits for it."""

    def __init__(self, address: str) -> None:
        self._channel = grpc.aio.insecure_channel(
            address,
            options=[
                ("grpc.max_receive_message_length", MESSAGE_LIMIT),
                ("grpc.max_send_message_length", MESSAGE_LIMIT),
                # After a restart of the server the default backoff of up to 2 minutes is far too long.
                ("grpc.min_reconnect_backoff_ms", 100),
                ("grpc.initial_reconnect_backoff_ms", 100),
                ("grpc.max_reconnect_backoff_ms", 1_000),
            ],
        )
        self._methods: dict[str, Any] = {}

    async def call(self, method: str, request: bytes, timeout: float | None) -> bytes:
        """Forward one message.

        Raises:
            Refused: Temporal refused it, or cannot be reached (UNAVAILABLE).
        """
        if method not in self._methods:
            self._methods[method] = self._channel.unary_unary(SERVICE + method)
        call = self._methods[method](request, timeout=timeout)
        try:
            reply: bytes = await call
        except grpc.aio.AioRpcError as error:
            raise Refused(error.code(), error.details() or "", _details_of(error)) from None
        except asyncio.CancelledError:
            call.cancel()
            raise
        return reply

    async def close(self) -> None:
        await self._channel.close()


def _details_of(error: grpc.aio.AioRpcError) -> bytes | None:
    for key, value in error.trailing_metadata() or ():
        if key == _DETAILS:
            return bytes(value)
    return None


def metadata_of(refused: Refused) -> tuple[tuple[str, str | bytes], ...]:
    """Trailing metadata: Temporal's structured error handed on, and when to try again (gRPC's own name for that)."""
    metadata: list[tuple[str, str | bytes]] = []
    if refused.details:
        metadata.append((_DETAILS, refused.details))
    if refused.retry_seconds is not None:
        metadata.append(("grpc-retry-pushback-ms", str(round(refused.retry_seconds * 1000))))
    return tuple(metadata)
