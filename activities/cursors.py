"""The shape of a crawl's cursor: the position from which the next attempt goes on."""

from typing import Any, Self

from pydantic import BaseModel, ValidationError


class Place(BaseModel):
    """Base of the handlers' cursors. Fields have defaults: without a cursor the work is at its beginning."""

    @classmethod
    def of(cls, cursor: dict[str, Any] | None) -> Self:
        """The place in a cursor; the beginning if an older version wrote it in another shape."""
        try:
            return cls.model_validate(cursor or {})
        except ValidationError:
            return cls()
