"""Answers refusals and errors as problem JSON (RFC 9457). The errors themselves are in services/errors.py."""

import logging
from collections.abc import Sequence
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from contracts.task_types import InvalidTaskParams, UnknownTaskType
from contracts.views import Problem
from services.errors import DomainError

logger = logging.getLogger(__name__)


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

    @app.exception_handler(DomainError)
    async def _ours(_: Request, error: DomainError) -> JSONResponse:
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
