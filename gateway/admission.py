"""Admits callers of the gateway: a worker with a valid key, or a refusal."""

import asyncio
import hashlib
import re
from collections.abc import Mapping

import grpc
import grpc.aio

from gateway.keyring import KeyRing, KeysUnreachable, Visitor
from gateway.meters import Meters
from gateway.unknown_keys import UnknownKeys
from runtime.refused import Reason, Refused, denied

#: Keys that are looked up at the same time; the other connections to Postgres are for what workers do.
_LOOKUPS_AT_ONCE = 3
_KEY = re.compile(r"cwb_[a-z]+_(?P<id>[0-9a-f]{6,32})_[\w-]{20,200}", re.ASCII)


class Admission:
    """Lets known keys pass without asking anybody, and looks others up, a few at a time."""

    def __init__(self, keys: KeyRing, unknown_keys: UnknownKeys, meters: Meters) -> None:
        self._keys = keys
        self._strangers = unknown_keys
        self._meters = meters
        self._lookups = asyncio.Semaphore(_LOOKUPS_AT_ONCE)

    async def visitor(self, key: str, address: str) -> Visitor:
        """The worker with this key.

        Raises:
            Refused: the key is not valid, or cannot be checked right now.
        """
        visitor = self._keys.known(key) or await self._look_up(key, address)
        visitor.address = address
        return visitor

    async def _look_up(self, key: str, address: str) -> Visitor:
        if not key:
            raise denied(Reason.NO_KEY, "This call has no worker key. Ask an admin for one.")
        digest = hashlib.sha256(key.encode()).digest()
        if not _KEY.fullmatch(key) or self._strangers.is_known(digest):
            raise _not_valid()
        async with self._lookups:
            self._strangers.check(address)
            self._meters.looked_up()
            try:
                visitor = await self._keys.visitor(key)
            except KeysUnreachable:
                # "Not ready": the worker's SDK tries again for ever.
                raise Refused(grpc.StatusCode.UNAVAILABLE, "Worker keys cannot be checked right now.") from None
            if visitor is None:
                await self._strangers.note(digest, address)
                raise _not_valid()
        return visitor


def key_in(metadata: Mapping[str, str]) -> str:
    """The key that came with a call, or nothing."""
    return metadata.get("authorization", "").removeprefix("Bearer ")


def id_in(key: str) -> str | None:
    """The part of a key that is no secret, if it looks like one of ours."""
    found = _KEY.fullmatch(key)
    return found["id"] if found else None


def _not_valid() -> Refused:
    return denied(Reason.UNKNOWN_KEY, "This worker key is not valid (any more). Ask an admin for one.")
