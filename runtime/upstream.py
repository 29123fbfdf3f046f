"""The connection to Temporal, or to a gateway: forwards raw messages and passes errors on unchanged."""

import asyncio
from collections.abc import Sequence
from typing import Any

import grpc.aio

from runtime.refused import Refused

SERVICE = "/temporal.api.workflowservice.v1.WorkflowService/"
#: Temporal's own limit.
MESSAGE_LIMIT = 4 * 1024 * 1024
_DETAILS = "grpc-status-details-bin"
_OPTIONS = [
    ("grpc.max_receive_message_length", MESSAGE_LIMIT),
    ("grpc.max_send_message_length", MESSAGE_LIMIT),
    # After a restart of the server the default backoff of up to 2 minutes is far too long.
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1_000),
]


class Upstream:
    """One channel for everybody; a call is cancelled with whoever waits for it."""

    def __init__(self, address: str, tls: grpc.ChannelCredentials | None = None, tls_name: str | None = None) -> None:
        """``tls_name``: the name that the certificate is for, where ``address`` is another."""
        options = [*_OPTIONS, ("grpc.ssl_target_name_override", tls_name)] if tls_name else _OPTIONS
        self._channel = (
            grpc.aio.secure_channel(address, tls, options=options)
            if tls
            else grpc.aio.insecure_channel(address, options=options)
        )
        self._methods: dict[str, Any] = {}

    async def call(
        self, method: str, request: bytes, timeout: float | None, metadata: Sequence[tuple[str, str]] = ()
    ) -> bytes:
        """Forward one message.

        Raises:
            Refused: the other side refused it, or cannot be reached (UNAVAILABLE).
        """
        if method not in self._methods:
            self._methods[method] = self._channel.unary_unary(SERVICE + method)
        call = self._methods[method](request, timeout=timeout, metadata=metadata)
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
