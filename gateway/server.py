"""gRPC plumbing of the gateway: admits a call, keeps it within the limits, and notes how it ended."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import grpc
import grpc.aio
from google.protobuf.message import DecodeError

from gateway.admission import Admission, id_in, key_in
from gateway.call import Call
from gateway.calls import Calls
from gateway.keyring import Visitor
from gateway.limits import POLLS, RECEIVE_LIMIT, Limits, check_size
from gateway.meters import OTHER, Meters
from gateway.presence import Presence
from gateway.refusals import ANONYMOUS, OTHERS, Refusals
from runtime.addresses import Network, caller_address, grpc_address
from runtime.refused import Reason, Refused, denied, too_much
from runtime.upstream import MESSAGE_LIMIT, SERVICE, metadata_of

OPTIONS = [
    # Only workers with a valid key get so far.
    ("grpc.max_receive_message_length", RECEIVE_LIMIT),
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
Handler = Callable[[bytes, Call], Awaitable[bytes]]


@dataclass(frozen=True)
class Desk:
    """What every call passes on its way in, and who notes how it ended."""

    admission: Admission
    limits: Limits
    presence: Presence
    refusals: Refusals
    meters: Meters
    #: Proxies that are believed where they say that a call comes from.
    trusted_proxies: Sequence[Network] = ()


class Door:
    """Every call of every service comes through here: what gRPC calls a generic handler."""

    def __init__(self, desk: Desk, calls: Calls) -> None:
        self._desk = desk
        #: The listed ones are made once: gRPC inspects each that it is given, which takes longer than our checks.
        self._listed = {f"{SERVICE}{name}": self._rpc(name, handle) for name, handle in calls.handlers.items()}

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
        """The handler of one call, by its full method name."""
        return self._listed.get(details.method) or self._rpc(details.method, None)

    def _rpc(self, method: str, handle: Handler | None) -> grpc.RpcMethodHandler:
        async def answer(_: object, context: grpc.aio.ServicerContext) -> bytes:
            return await self._answer(method, handle, context)

        # As a stream of one message, so that nothing is read from a caller before it is admitted, and so that a
        # message which gRPC finds too large is seen here at all.
        return grpc.stream_unary_rpc_method_handler(answer)

    async def _answer(self, method: str, handle: Handler | None, context: grpc.aio.ServicerContext) -> bytes:
        visit = Visit(self._desk, method, handle is not None, context)
        try:
            reply = await visit.handled(handle)
        except Refused as refused:
            visit.refused(refused)
            context.set_trailing_metadata(metadata_of(refused))
            await context.abort(refused.code, refused.message)
            raise  # abort has raised already; this tells type checkers
        finally:
            visit.ended()
        return reply


class Visit:
    """One call under way."""

    def __init__(self, desk: Desk, method: str, is_listed: bool, context: grpc.aio.ServicerContext) -> None:
        metadata = {key: value for key, value in context.invocation_metadata() if isinstance(value, str)}
        self._desk = desk
        self._method = method
        self._context = context
        self._key = key_in(metadata)
        self._address = caller_address(
            grpc_address(context.peer()), metadata.get("x-forwarded-for", ""), desk.trusted_proxies
        )
        self._visitor: Visitor | None = None
        self._is_listed = is_listed
        self._began = time.perf_counter()
        # Unless we learn otherwise: the worker did not wait for the answer.
        self._code = "CANCELLED"

    async def handled(self, handle: Handler | None) -> bytes:
        """The answer to the call; raises Refused."""
        desk = self._desk
        self._visitor = visitor = await desk.admission.visitor(self._key, self._address)
        desk.presence.seen(visitor)
        await desk.limits.count(visitor)
        if handle is None:
            raise denied(Reason.METHOD, f"A worker may not call {self._method}.")
        if self._method in POLLS:
            with desk.limits.poll(visitor), desk.meters.open_poll(visitor.owner.name):
                reply = await self._handle(handle, visitor)
        else:
            reply = await self._handle(handle, visitor)
        self._code = "OK"
        return reply

    async def _handle(self, handle: Handler, visitor: Visitor) -> bytes:
        raw = await self._context.read()
        if raw is grpc.aio.EOF:
            # gRPC has answered already; this is for the audit log.
            raise too_much(Reason.UNREADABLE, "This message is far too large, or was cut off.")
        check_size(self._method, len(raw))
        try:
            return await handle(raw, Call(self._method, visitor, self._context.time_remaining()))
        except DecodeError:
            text = f"This is not a readable {self._method} message."
            raise Refused(grpc.StatusCode.INVALID_ARGUMENT, text, reason=Reason.UNREADABLE) from None

    def refused(self, refused: Refused) -> None:
        """Note that the call is not let through."""
        self._code = refused.code.name
        if refused.reason is None:
            return
        self._desk.meters.refused(self._name(), refused.reason)
        # What a stranger asked for matters less, and it could make up any number of names.
        method = self._method if self._visitor or self._is_listed else OTHERS
        self._desk.refusals.note(self._actor(), method, refused.reason, self._address)

    def ended(self) -> None:
        """Note that the call is over."""
        waits = not self._is_listed or self._method in POLLS
        seconds = None if waits else time.perf_counter() - self._began
        self._desk.meters.ended(self._name(), self._method if self._is_listed else OTHER, self._code, seconds)

    def _name(self) -> str:
        return self._visitor.owner.name if self._visitor else OTHER

    def _actor(self) -> str:
        if self._visitor:
            return f"worker:{self._visitor.owner.name}"
        id_ = id_in(self._key)
        return f"key:{id_}" if id_ else ANONYMOUS


def make_server(door: Door) -> grpc.aio.Server:
    return grpc.aio.server(handlers=[door], options=OPTIONS)
