"""Refusals as business facts: each has an HTTP status, and a sentence that says what to do."""

import uuid
from collections.abc import Sequence


class DomainError(Exception):
    """Something the caller can be told. The class docstring is the default sentence."""

    status = 400
    #: Where a program goes on, in words of the API; the sentence is for people, who may not know that there is one.
    see = ""
    #: Seconds after which the same may be asked again.
    retry_after: int | None = None

    def __init__(self, detail: str | None = None, errors: Sequence[tuple[str, str]] = ()) -> None:
        self.detail = detail or (type(self).__doc__ or "").strip()
        self.errors = errors
        super().__init__(self.detail)


class NotSignedIn(DomainError):
    """Sign in first."""

    status = 401
    see = "send 'Authorization: Bearer <token or key>'; tokens come from POST /api/v1/auth/login"


class NotAllowed(DomainError):
    """Your role does not allow this."""

    status = 403


class TaskNotFound(DomainError):
    """There is no such task."""

    status = 404
    see = "GET /api/v1/tasks"

    def __init__(self, detail: str | None = None, *, task_id: uuid.UUID | None = None) -> None:
        #: Which of several.
        self.task_id = task_id
        super().__init__(detail)


class PlanNotFound(DomainError):
    """There is no such plan."""

    status = 404
    see = "GET /api/v1/plans"


class StepNotFound(DomainError):
    """This plan has no such step, or the step has no such entry."""

    status = 404


class TemplateNotFound(DomainError):
    """There is no such template, or not that version of it."""

    status = 404
    see = "GET /api/v1/templates"


class WorkspaceNotFound(DomainError):
    """There is no such workspace."""

    status = 404
    see = "GET /api/v1/workspaces"


class FailureGroupNotFound(DomainError):
    """There is no such group of failures."""

    status = 404
    see = "GET /api/v1/failures"


class WorkerNotFound(DomainError):
    """There is no such worker."""

    status = 404
    see = "GET /api/v1/workers"


class CapabilityNotFound(DomainError):
    """There is no such capability."""

    status = 404
    see = "GET /api/v1/capabilities"


class WrongState(DomainError):
    """The task is not in a state that allows this."""

    status = 409


class NameTaken(DomainError):
    """This name is taken. Choose another one."""

    status = 409


class NotYourTask(DomainError):
    """This attempt does not hold the task (any more). Stop working on it."""

    status = 409


class NotMirroredYet(DomainError):
    """This task was started outside the facade a moment ago and is not listed yet. Try again in a second."""

    status = 503


class BadInput(DomainError):
    """The request cannot be used."""

    status = 422


class WatchlistNotShown(BadInput):
    """The watchlist is shared by all, and not shown to members of workspaces. Name the tickers."""


class IdempotencyMismatch(DomainError):
    """This Idempotency-Key was used for a different request. Use a new key for a new request."""

    status = 422


class DatabaseUnavailable(DomainError):
    """The database does not answer right now. Nothing was changed; try again in a few seconds."""

    status = 503


class GatewayUnavailable(DomainError):
    """Tasks cannot be handed out or reported on right now. Nothing was changed; try again in a few seconds."""

    status = 503


class UpgradeRequired(DomainError):
    """This is a WebSocket: connect to it with a WebSocket client, ws:// or wss:// instead of http:// or https://."""

    status = 426


class TooManyClaims(DomainError):
    """This worker has too many claims open at once. Wait for their answers before you claim more."""

    status = 429


class TooManySockets(DomainError):
    """This worker has too many sockets open at once. Close some before you open more."""

    status = 429


class NotOffered(DomainError):
    """This cannot be done here. Nothing was changed."""

    status = 501
