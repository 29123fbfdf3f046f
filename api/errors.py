"""What the API refuses, as business facts with an HTTP status, and how that is answered (RFC 9457)."""

import logging
from collections.abc import Sequence
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from contracts.task_types import InvalidTaskParams, UnknownTaskType
from contracts.views import Problem

logger = logging.getLogger(__name__)


class ApiError(Exception):
    """Something the caller can be told. The class docstring is the default sentence."""

    status = 400
    #: Seconds after which the same may be asked again.
    retry_after: int | None = None

    def __init__(self, detail: str | None = None, errors: Sequence[tuple[str, str]] = ()) -> None:
        self.detail = detail or (type(self).__doc__ or "").strip()
        self.errors = errors
        super().__init__(self.detail)


class NotSignedIn(ApiError):
    """Sign in first: send 'Authorization: Bearer <token or key>'. Tokens come from POST /api/v1/auth/login."""

    status = 401


class NotAllowed(ApiError):
    """Your role does not allow this."""

    status = 403


class TaskNotFound(ApiError):
    """There is no such task. List tasks with GET /api/v1/tasks."""

    status = 404


class WorkerNotFound(ApiError):
    """There is no such worker. List workers with GET /api/v1/workers."""

    status = 404


class CapabilityNotFound(ApiError):
    """There is no such capability. List them with GET /api/v1/capabilities."""

    status = 404


class WrongState(ApiError):
    """The task is not in a state that allows this."""

    status = 409


class NameTaken(ApiError):
    """This name is taken. Choose another one."""

    status = 409


class NotYourTask(ApiError):
    """This attempt does not hold the task (any more). Stop working on it."""

    status = 409


class NotMirroredYet(ApiError):
    """This task was started outside the facade a moment ago and is not listed yet. Try again in a second."""

    status = 503


class BadInput(ApiError):
    """The request cannot be used; see `errors`."""

    status = 422


class IdempotencyMismatch(ApiError):
    """This Idempotency-Key was used for a different request. Use a new key for a new request."""

    status = 422


class DatabaseUnavailable(ApiError):
    """The database does not answer right now. Nothing was changed; try again in a few seconds."""

    status = 503


class GatewayUnavailable(ApiError):
    """Tasks cannot be handed out or reported on right now. Nothing was changed; try again in a few seconds."""

    status = 503


class UpgradeRequired(ApiError):
    """This is a WebSocket: connect to it with a WebSocket client, ws:// or wss:// instead of http:// or https://."""

    status = 426


class TooManyClaims(ApiError):
    """This worker has too many claims open at once. Wait for their answers before you claim more."""

    status = 429


_RETRY_AFTER_SECONDS = "2"


def problem(
    status: int, detail: str, errors: Sequence[tuple[str, str]] = (), retry_after: int | None = None
) -> JSONResponse:
    """A problem JSON answer."""
    body = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        errors=[{"field": field, "message": message} for field, message in errors],
    )
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    if not retry_after and status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS):
        headers["Retry-After"] = _RETRY_AFTER_SECONDS
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body.model_dump(), status, headers, media_type="application/problem+json")


def install(app: FastAPI) -> None:
    """Answer every error of ours, of the framework and of nobody as problem JSON."""

    @app.exception_handler(ApiError)
    async def _ours(_: Request, error: ApiError) -> JSONResponse:
        return problem(error.status, error.detail, error.errors, error.retry_after)

    @app.exception_handler(UnknownTaskType)
    async def _unknown_type(_: Request, error: UnknownTaskType) -> JSONResponse:
        return problem(422, str(error), [("task_type", str(error))])

    @app.exception_handler(InvalidTaskParams)
    async def _params(_: Request, error: InvalidTaskParams) -> JSONResponse:
        return problem(422, str(error), error.errors)

    @app.exception_handler(RequestValidationError)
    async def _request(_: Request, error: RequestValidationError) -> JSONResponse:
        errors = [
            (
                ".".join(str(part) for part in each["loc"] if part != "body"),
                str(each["msg"]).removeprefix("Value error, "),
            )
            for each in error.errors()
        ]
        return problem(422, "; ".join(f"{where}: {what}" for where, what in errors), errors)

    @app.exception_handler(HTTPException)
    async def _framework(request: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == HTTPStatus.NOT_FOUND:
            return problem(404, f"There is nothing at {request.url.path}. The API is described at /docs.")
        return problem(error.status_code, str(error.detail))

    @app.exception_handler(Exception)
    async def _bug(request: Request, error: Exception) -> JSONResponse:
        logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
        return problem(500, "Something went wrong on our side; the log of the API has the details.")
