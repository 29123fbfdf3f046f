"""Remembers what workers were handed out lately: the tokens that they know tasks by, and when they got them."""

import time
from collections import OrderedDict
from dataclasses import dataclass

from gateway.keyring import Visitor

#: Tokens that a command from the server may name.
_REMEMBERED = 10_000


@dataclass(frozen=True)
class _Given:
    #: The token that the worker knows.
    sealed: bytes
    at: float


class HandedOut:
    """By worker and Temporal's token."""

    def __init__(self) -> None:
        self._given: OrderedDict[tuple[str, bytes], _Given] = OrderedDict()

    def note(self, visitor: Visitor, token: bytes, sealed: bytes) -> None:
        self._given[visitor.worker_id, token] = _Given(sealed, time.monotonic())
        if len(self._given) > _REMEMBERED:
            self._given.popitem(last=False)

    def sealed(self, visitor: Visitor, token: bytes) -> bytes:
        """The token as the worker knows it; that of the server, if nothing is known of it."""
        known = self._given.get((visitor.worker_id, token))
        return known.sealed if known else token

    def was_given_within(self, visitor: Visitor, token: bytes, seconds: float) -> bool:
        known = self._given.get((visitor.worker_id, token))
        return known is not None and time.monotonic() - known.at < seconds
