"""Makes a Temporal activity of a handler: params in, result out, errors in Temporal's terms, limits kept."""

import importlib
import json
import logging
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
from contracts.work import ERROR_LIMIT, RESULT_LIMIT, WorkItem
from workers.capability.attempt import Attempt
from workers.capability.records import RecordSink

logger = logging.getLogger(__name__)

Handler = Callable[[TaskContext, Params], Awaitable[BaseModel | dict[str, Any]]]
Activity = Callable[[WorkItem], Awaitable[dict[str, Any]]]


def load_handler(row: TaskType) -> Handler:
    """Import the handler of a type. Only workers that offer it come here, so only they load its libraries."""
    module, _, function = (row.handler or "").partition(":")
    handler: Handler = getattr(importlib.import_module(module), function)
    return handler


def make_activity(row: TaskType, sink: RecordSink, turn: AbstractAsyncContextManager[Any]) -> Activity:
    """The activity of a type. ``turn`` is entered for as long as the handler runs."""
    handler = load_handler(row)

    @activity.defn(name=row.name)
    async def run(item: WorkItem) -> dict[str, Any]:
        attempt = Attempt(item, sink)
        async with attempt.reporting(), turn:
            try:
                result = await handler(attempt, parse_params(row.name, item.params))
            except TaskError as error:
                raise _failure(error) from None
            except InvalidTaskParams as error:
                raise ApplicationError(str(error)[:ERROR_LIMIT], type="InvalidParams", non_retryable=True) from None
            except Exception as error:
                # A bug, or something nobody thought of: the log gets the trace, people get a sentence.
                logger.exception("%s failed unexpectedly in task %s", row.name, item.task_id)
                message = f"{type(error).__name__}: {error}"[:ERROR_LIMIT]
                raise ApplicationError(message, type=type(error).__name__) from None
        return _bounded(result)

    return run


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
