"""gRPC plumbing of the gateway: who calls, is the method on the list, and how a refusal is answered."""

import logging
from collections.abc import Awaitable, Callable, Sequence

import grpc
import grpc.aio

from api.gateway.calls import Call, Calls
from api.gateway.keyring import KeyRing, KeysUnreachable, Visitor
from api.gateway.presence import Presence
from api.gateway.upstream import MESSAGE_LIMIT, SERVICE, Refused, metadata_of
from runtime.addresses import Network, caller_address, grpc_address

logger = logging.getLogger(__name__)

OPTIONS = [
    ("grpc.max_receive_message_length", MESSAGE_LIMIT),
    ("grpc.max_send_message_length", MESSAGE_LIMIT),
    # Workers ping every 10 s, so that they notice a dead link.
    ("grpc.http2.min_ping_interval_without_data_ms", 5_000),
    ("grpc.keepalive_permit_without_calls", 1),
    # We notice a worker that is gone or asleep within 7 s, before its heartbeat times out (10 s): otherwise the
    # next attempt would be handed to the same sleeper through its open poll.
    ("grpc.keepalive_time_ms", 4_000),
    ("grpc.keepalive_timeout_ms", 3_000),
    ("grpc.http2.ping_timeout_ms", 3_000),
    # Two gateways must not silently share a port.
    ("grpc.so_reuseport", 0),
]


class Door(grpc.GenericRpcHandler):  # type: ignore[misc] # grpc ships no types
    """Every call of every service comes through here."""

    def __init__(
        self, keys: KeyRing, calls: Calls, presence: Presence, trusted_proxies: Sequence[Network] = ()
    ) -> None:
        self._keys = keys
        self._calls = calls
        self._presence = presence
        self._trusted_proxies = trusted_proxies

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
        """The handler of one call, by its full method name."""
        path: str = details.method
        method = path.removeprefix(SERVICE) if path.startswith(SERVICE) else ""
        return grpc.unary_unary_rpc_method_handler(self._handler(path, self._calls.handlers.get(method)))

    def _handler(
        self, path: str, handle: Callable[[bytes, Call], Awaitable[bytes]] | None
    ) -> Callable[[bytes, grpc.aio.ServicerContext], Awaitable[bytes]]:
        async def answer(raw: bytes, context: grpc.aio.ServicerContext) -> bytes:
            try:
                visitor = await self._admit(context)
                if handle is None:
                    logger.warning("worker %s called %s, which no worker may", visitor.owner.name, path)
                    raise Refused(grpc.StatusCode.PERMISSION_DENIED, f"A worker may not call {path}.")
                return await handle(raw, Call(path.removeprefix(SERVICE), visitor, context.time_remaining()))
            except Refused as refused:
                context.set_trailing_metadata(metadata_of(refused))
                await context.abort(refused.code, refused.message)
                raise  # abort has raised already; this tells type checkers

        return answer

    async def _admit(self, context: grpc.aio.ServicerContext) -> Visitor:
        metadata = dict(context.invocation_metadata())
        header = metadata.get("authorization", "")
        key = header.removeprefix("Bearer ")
        try:
            visitor = await self._keys.visitor(key) if key else None
        except KeysUnreachable:
            # "Not ready": the worker's SDK tries again for ever.
            raise Refused(grpc.StatusCode.UNAVAILABLE, "Worker keys cannot be checked right now.") from None
        if visitor is None:
            raise Refused(
                grpc.StatusCode.PERMISSION_DENIED, "This worker key is not valid (any more). Ask an admin for one."
            )
        visitor.address = caller_address(
            grpc_address(context.peer()), str(metadata.get("x-forwarded-for", "")), self._trusted_proxies
        )
        self._presence.seen(visitor)
        return visitor


def make_server(door: Door) -> grpc.aio.Server:
    return grpc.aio.server(handlers=[door], options=OPTIONS)
