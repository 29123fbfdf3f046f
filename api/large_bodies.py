"""Bodies that take so long to validate that nobody else would be answered: it is done beside the event loop."""

import asyncio
import contextlib
from typing import Annotated, Any

from fastapi import Body
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from contracts.tasks.requests import BatchSubmission, Submission


class _Unread:
    """Is described as the model, and left as it came."""

    def __init__(self, model: type[BaseModel]) -> None:
        self._model = model

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.any_schema()

    def __get_pydantic_json_schema__(self, _: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(self._model.__pydantic_core_schema__)


UnreadBatch = Annotated[Any, _Unread(BatchSubmission), Body()]


async def read_batch(body: object) -> BatchSubmission:
    """Raises RequestValidationError, as FastAPI does."""
    try:
        return await asyncio.to_thread(_batch, body)
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from None


def _batch(body: Any) -> BatchSubmission:
    # One by one: while pydantic validates, no other thread runs. What is wrong with them is told below.
    match body:
        case {"tasks": [*tasks]}:
            with contextlib.suppress(ValidationError):
                body = {**body, "tasks": [Submission.model_validate(each) for each in tasks]}
    return BatchSubmission.model_validate(body)
