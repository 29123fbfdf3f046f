"""Makes a Temporal activity of a handler: params in, result out, errors in Temporal's terms, limits kept."""

import asyncio
import importlib
import importlib.util
import json
import logging
import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_json
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.context import TaskContext
from contracts.errors import TaskError
from contracts.params.common import Params
from contracts.task_types import InvalidTaskParams, TaskType, parse_params
from contracts.tasks.work import ERROR_LIMIT, PLACE, RESULT_LIMIT, TYPE_LIMIT, WorkItem
from workers.capability.attempt_context import Attempt
from workers.capability.held_sessions import HeldSessions
from workers.capability.records import RecordSink

logger = logging.getLogger(__name__)

Handler = Callable[[TaskContext, Params], Awaitable[BaseModel | dict[str, Any]]]
Activity = Callable[[WorkItem], Awaitable[dict[str, Any]]]


class HandlerMissing(ImportError):
    """This environment lacks the module of a handler."""


def load_handler(row: TaskType) -> Handler:
    """Import the handler of a type, and with it the libraries of its source."""
    module, function = _place_of(row)
    handler: Handler = getattr(importlib.import_module(module), function)
    return handler


def make_activity(
    row: TaskType, sink: RecordSink, turn: AbstractAsyncContextManager[Any], sessions: HeldSessions
) -> Activity:
    """The activity of a type. ``turn`` is entered for as long as the handler runs.

    The handler is imported with its first task: a worker of every type idles with 20 MB less.

    Raises:
        HandlerMissing: at once, not with the first task.
    """
    _check_handler(row)

    @activity.defn(name=row.name)
    async def run(item: WorkItem) -> dict[str, Any]:
        attempt = Attempt(item, sink, sessions)
        async with attempt.reporting(), turn:
            try:
                handler = await _handler_of(row)
                result = await handler(attempt, parse_params(row.name, item.params))
            except TaskError as error:
                raise _failure(error) from None
            except InvalidTaskParams as error:
                raise ApplicationError(str(error)[:ERROR_LIMIT], type="InvalidParams", non_retryable=True) from None
            except Exception as error:
                # A bug, or something nobody thought of: the log gets the trace, people get a sentence.
                logger.exception("%s failed unexpectedly in task %s", row.name, item.task_id)
                message = f"{type(error).__name__}: {error}"[:ERROR_LIMIT]
                raise ApplicationError(message, {PLACE: _place_in(row, error)}, type=type(error).__name__) from None
        return _bounded(result)

    return run


def _place_of(row: TaskType) -> tuple[str, str]:
    module, _, function = (row.handler or "").partition(":")
    return module, function


async def _handler_of(row: TaskType) -> Handler:
    if _place_of(row)[0] in sys.modules:
        return load_handler(row)
    # In a thread: an import takes up to a second, and the heartbeats of other tasks go on meanwhile.
    return await asyncio.to_thread(load_handler, row)


def _check_handler(row: TaskType) -> None:
    if row.handler is None:
        raise HandlerMissing(f"{row.name} has no handler: bots do it (docs/bots.md). Leave it out of the capabilities.")
    if not has_handler(row):
        module, _ = _place_of(row)
        raise HandlerMissing(f"The handler of {row.name} is missing: there is no module {module}. Install it again.")


def has_handler(row: TaskType) -> bool:
    """Whether this environment has the module of its handler; nothing is imported but the packages above it."""
    try:
        return row.handler is not None and importlib.util.find_spec(_place_of(row)[0]) is not None
    except ImportError:
        return False


def _place_in(row: TaskType, error: BaseException) -> str | None:
    """The innermost function of the handler's own package that the error went through: the same for one bug.

    Without the line, which every change of the file moves.
    """
    package = _place_of(row)[0].partition(".")[0]
    place, trace = None, error.__traceback__
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if module.partition(".")[0] == package:
            place = f"{module}:{trace.tb_frame.f_code.co_qualname}"[:TYPE_LIMIT]
        trace = trace.tb_next
    return place


def _failure(error: TaskError) -> ApplicationError:
    return ApplicationError(
        str(error)[:ERROR_LIMIT],
        type=type(error).__name__,
        non_retryable=not error.retryable,
        next_retry_delay=timedelta(seconds=error.retry_after) if error.retry_after else None,
    )


def _bounded(result: BaseModel | dict[str, Any]) -> dict[str, Any]:
    try:
        plain = result.model_dump(mode="json") if isinstance(result, BaseModel) else result
        size = len(to_json(plain))
        json.dumps(plain, allow_nan=False, default=str)
    except ValueError as error:
        message = f"The handler returned what is no JSON: {error}"[:ERROR_LIMIT]
        raise ApplicationError(message, type="BadResult", non_retryable=True) from None
    if size > RESULT_LIMIT:
        raise ApplicationError(
            f"The result is {size} bytes; at most {RESULT_LIMIT} are kept. Store rows instead of returning them.",
            type="ResultTooLarge",
            non_retryable=True,
        )
    return plain
