"""Routes of the caller's own page: settings and saved views."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import ValidationError

from api.security.principal import OwnAccount
from api.state import Services
from contracts.people.page import NewView, PageSettings, SavedViewsView, SavedViewView, ViewChange
from contracts.storable import Text
from db.people.page import (
    MOST_VIEWS,
    TooManyViews,
    ViewNameTaken,
    add_view,
    change_view,
    delete_view,
    set_settings,
    settings_of,
    views_of,
)
from services.errors import BadInput, DomainError, NameTaken

router = APIRouter(prefix="/me", tags=["people"])

_TAKEN = "You have a view of this name on this page already. Choose another name, or change that view."


class ViewNotFound(DomainError):
    """You have no such view."""

    status = 404
    see = "GET /api/v1/me/views"


@router.get("/settings", summary="Show how the caller wants the page")
async def get_settings(caller: OwnAccount, state: Services) -> PageSettings:
    async with state.database.transaction() as connection:
        known = await settings_of(connection, caller.person_id)
    try:
        return PageSettings.model_validate(known)
    except ValidationError:
        # Another version wrote them. A page that looks as at first is better than none.
        return PageSettings()


@router.put("/settings", summary="Set how the caller wants the page")
async def put_settings(body: PageSettings, caller: OwnAccount, state: Services) -> PageSettings:
    """They replace all that was set before."""
    async with state.database.transaction() as connection:
        await set_settings(connection, caller.person_id, body.model_dump(mode="json"))
    return body


@router.get("/views", summary="List the caller's saved views")
async def get_views(
    caller: OwnAccount, state: Services, page: Annotated[Text | None, Query(max_length=50)] = None
) -> SavedViewsView:
    async with state.database.transaction() as connection:
        rows = await views_of(connection, caller.person_id, page)
    return SavedViewsView(views=[SavedViewView.model_validate(dict(row)) for row in rows])


@router.post("/views", status_code=201, summary="Add a saved view of the caller: a page with its filters")
async def create(body: NewView, caller: OwnAccount, state: Services) -> SavedViewView:
    async with state.database.transaction() as connection:
        try:
            row = await add_view(connection, caller.person_id, body.page, body.name, body.query)
        except ViewNameTaken:
            raise NameTaken(_TAKEN) from None
        except TooManyViews:
            raise BadInput(f"You have {MOST_VIEWS} saved views, and more are not kept. Delete one first.") from None
    return SavedViewView.model_validate(dict(row))


@router.patch("/views/{view_id}", summary="Change a saved view of the caller: its name or its filters")
async def change(view_id: uuid.UUID, body: ViewChange, caller: OwnAccount, state: Services) -> SavedViewView:
    async with state.database.transaction() as connection:
        try:
            row = await change_view(connection, caller.person_id, view_id, body.name, body.query)
        except ViewNameTaken:
            raise NameTaken(_TAKEN) from None
    if row is None:
        raise ViewNotFound
    return SavedViewView.model_validate(dict(row))


@router.delete("/views/{view_id}", status_code=204, summary="Delete a saved view of the caller")
async def delete(view_id: uuid.UUID, caller: OwnAccount, state: Services) -> Response:
    async with state.database.transaction() as connection:
        if not await delete_view(connection, caller.person_id, view_id):
            raise ViewNotFound
    return Response(status_code=204)
