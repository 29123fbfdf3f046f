"""Answers refusals and errors as problem JSON (RFC 9457). The errors themselves are in services/errors.py."""

import logging
from collections.abc import Sequence
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from contracts.mistakes import in_words
from contracts.storable import cleaned
from contracts.task_types import InvalidTaskParams, UnknownTaskType
from contracts.views import Problem
from db.session import DiskFull, OtherVersion, OutOfScope, Unavailable, Unstorable
from services.errors import DatabaseUnavailable, DomainError

logger = logging.getLogger(__name__)


_RETRY_AFTER_SECONDS = "2"


def problem(
    status: int,
    detail: str,
    errors: Sequence[tuple[str, str]] = (),
    *,
    retry_after: int | None = None,
    see: str = "",
) -> JSONResponse:
    """A problem JSON answer."""
    body = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        # They quote what was sent, and half a surrogate pair, which JSON can spell, cannot be sent back.
        detail=cleaned(detail),
        errors=[{"field": cleaned(field), "message": cleaned(message)} for field, message in errors],
        see=see or None,
    )
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    if not retry_after and status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS):
        headers["Retry-After"] = _RETRY_AFTER_SECONDS
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body.model_dump(exclude_none=True), status, headers, media_type="application/problem+json")


def methods_at(request: Request) -> list[str]:
    """What may be done at this address: the framework names only what the first of its routes takes."""
    found: set[str] = set()
    for route in iter_route_contexts(request.app.routes):
        if compile_path(str(route.path))[0].match(request.url.path):
            found |= set(route.methods or ())
    return sorted(found)


def install(app: FastAPI) -> None:
    """Answer every error of ours, of the framework and of nobody as problem JSON."""

    @app.exception_handler(Unavailable)
    async def _away(*_: object) -> JSONResponse:
        return problem(503, DatabaseUnavailable.__doc__ or "")

    @app.exception_handler(DiskFull)
    async def _full(*_: object) -> JSONResponse:
        return problem(503, DiskFull.__doc__ or "")

    @app.exception_handler(OtherVersion)
    async def _other_version(_: Request, error: OtherVersion) -> JSONResponse:
        return problem(503, str(error))

    @app.exception_handler(OutOfScope)
    async def _not_theirs(request: Request, error: OutOfScope) -> JSONResponse:
        logger.warning("%s %s: %s", request.method, request.scope["path"], error.__cause__)
        return problem(403, OutOfScope.__doc__ or "")

    # Half a surrogate pair, which JSON can spell: some checks of pydantic raise this instead of an error of their own.
    @app.exception_handler(UnicodeEncodeError)
    @app.exception_handler(Unstorable)
    async def _unstorable(request: Request, error: Exception) -> JSONResponse:
        logger.warning("%s %s: %s", request.method, request.scope["path"], error.__cause__ or error)
        return problem(422, Unstorable.__doc__ or "")

    @app.exception_handler(DomainError)
    async def _ours(_: Request, error: DomainError) -> JSONResponse:
        return problem(error.status, error.detail, error.errors, retry_after=error.retry_after, see=error.see)

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
                in_words(each),
            )
            for each in error.errors()
        ]
        return problem(422, "; ".join(f"{where}: {what}" for where, what in errors), errors)

    @app.exception_handler(HTTPException)
    async def _framework(request: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == HTTPStatus.NOT_FOUND:
            return problem(404, f"There is nothing at {request.url.path}. The API is described at /docs.")
        answer = problem(error.status_code, str(error.detail))
        answer.headers.update(error.headers or {})
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            answer.headers["Allow"] = ", ".join(methods_at(request))
        return answer

    @app.exception_handler(Exception)
    async def _bug(request: Request, error: Exception) -> JSONResponse:
        logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
        return problem(500, "Something went wrong on our side; the log of the API has the details.")
