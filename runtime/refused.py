"""Refusals of the gateway: a sentence, and a reason in one word for the audit log and the metrics."""

from enum import StrEnum, auto

import grpc


class Reason(StrEnum):
    """Why we refused a call. What Temporal itself refuses, or what cannot be answered right now, has none."""

    NO_KEY = auto()
    UNKNOWN_KEY = auto()
    REVOKED_KEY = auto()
    METHOD = auto()
    NAMESPACE = auto()
    QUEUE = auto()
    TOKEN = auto()
    UNREADABLE = auto()
    SIZE = auto()
    RATE = auto()
    OPEN_POLLS = auto()


class Refused(Exception):
    """A call that is not let through."""

    def __init__(
        self,
        code: grpc.StatusCode,
        message: str,
        details: bytes | None = None,
        *,
        reason: Reason | None = None,
        retry_seconds: float | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        #: Temporal's structured error, when the refusal is its own.
        self.details = details
        self.reason = reason
        #: When it is worth trying again.
        self.retry_seconds = retry_seconds


def denied(reason: Reason, message: str) -> Refused:
    """Nobody may do that, or not with this key."""
    return Refused(grpc.StatusCode.PERMISSION_DENIED, message, reason=reason)


def too_much(reason: Reason, message: str, retry_seconds: float | None = None) -> Refused:
    """Over a limit. SDK workers take this code as a request to slow down: they wait up to 10 s and try again."""
    return Refused(grpc.StatusCode.RESOURCE_EXHAUSTED, message, reason=reason, retry_seconds=retry_seconds)


def not_yours(queue: str) -> Refused:
    """A queue that the key does not open."""
    return denied(
        Reason.QUEUE,
        f"This worker key has no right to '{queue}'. Ask an admin to add the capability to the worker.",
    )
