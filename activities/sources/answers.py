"""Base of what sources answer with."""

from typing import Any

from pydantic import BaseModel, model_validator


class Answer(BaseModel):
    """A null says nothing: the field has its default, and only one that is needed is missing."""

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, said: Any) -> Any:
        if not isinstance(said, dict):
            return said
        return {name: value for name, value in said.items() if value is not None}
