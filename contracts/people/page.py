"""Settings and saved views of a person, as request bodies and as answers."""

import uuid
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from contracts.requests import Body
from contracts.storable import Text
from contracts.timezones import checked_timezone
from contracts.views import View

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.\-]{0,49}$")]
ViewName = Annotated[Text, Field(min_length=1, max_length=100)]
Query = Annotated[
    Text, Field(max_length=4_000, description="What stands behind the question mark", examples=["status=failed"])
]


class PageSettings(Body):
    """All of them; what is left out is as it is for somebody who has set nothing."""

    theme: Literal["system", "light", "dark"] = "system"
    time_zone: Annotated[str, AfterValidator(checked_timezone)] | None = Field(
        default=None, description="Null: that of the browser", examples=["Europe/Berlin"]
    )
    density: Literal["comfortable", "compact"] = "comfortable"
    columns: dict[Name, Annotated[list[Name], Field(max_length=50)]] = Field(
        default_factory=dict,
        max_length=50,
        description="The columns of each list, in their order",
        examples=[{"tasks": ["status", "task_type", "worker"]}],
    )


class NewView(Body):
    page: Name = Field(examples=["tasks"])
    name: ViewName = Field(examples=["Failed today"])
    query: Query


class ViewChange(Body):
    """Fields left out stay as they are."""

    name: ViewName | None = None
    query: Query | None = None


class SavedViewView(View):
    """A page with filters, under a name that its owner gave it."""

    id: uuid.UUID
    page: str
    name: str
    query: str
    created_at: datetime
    changed_at: datetime


class SavedViewsView(View):
    """By page and name."""

    views: list[SavedViewView]
