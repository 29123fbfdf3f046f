"""Keeps `true` and `false` from being taken for the numbers 1 and 0, as pydantic does."""

import types
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, model_validator


class HonestNumbers(BaseModel):
    """Base of models whose content comes from outside: `"priority": false` was the most urgent of all."""

    @model_validator(mode="before")
    @classmethod
    def _a_boolean_is_no_number(cls, given: Any) -> Any:
        if not isinstance(given, dict) or not any(isinstance(value, bool) for value in given.values()):
            return given
        numbers = _numbers_of(cls)
        # As a text it fails at its field, with the sentence of that field.
        return {
            name: str(value).lower() if isinstance(value, bool) and name in numbers else value
            for name, value in given.items()
        }


@cache
def _numbers_of(model: type[BaseModel]) -> frozenset[str]:
    """Names of the fields that take a number and no boolean."""
    fields = {
        name: _types_in(field.annotation)
        for own, field in model.model_fields.items()
        for name in (own, field.alias)
        if name
    }
    return frozenset(name for name, kinds in fields.items() if kinds & {int, float} and not kinds & {bool, Any})


def _types_in(annotation: Any) -> set[Any]:
    """The alternatives of an annotation."""
    if get_origin(annotation) is Annotated:
        return _types_in(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return {kind for each in get_args(annotation) for kind in _types_in(each)}
    return {annotation}
