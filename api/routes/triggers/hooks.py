"""The one route that others call: what they deliver to the hook of a trigger. Signed, and so open to everybody."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.exceptions import HTTPException

from api.state import Services
from contracts.triggers.requests import MOST_BYTES
from contracts.triggers.views import ReceivedView
from runtime.body_limits import announced
from services.triggers.receiving import DeliveryTooLarge, Sent, receive, refuse

router = APIRouter(prefix="/hooks", tags=["triggers"])

#: Read here: what is signed are the bytes, and forms come, too.
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"description": "Any JSON"}},
            "application/x-www-form-urlencoded": {
                "schema": {"type": "object", "properties": {"payload": {"type": "string"}}, "required": ["payload"]}
            },
        },
    }
}


@router.post("/{address}", summary="Deliver something to a hook", openapi_extra=_BODY)
async def deliver(address: Annotated[str, Path(max_length=100)], request: Request, state: Services) -> ReceivedView:
    """Signed with its secret, in the way that the trigger says. The same delivery again does nothing more."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        body = await _body(request)
    except DeliveryTooLarge as refusal:
        await refuse(state.database, address, refusal)
        raise
    return await receive(state.database, state.settings, Sent(address, headers, body))


async def _body(request: Request) -> bytes:
    """Raises DeliveryTooLarge, for what says so before anything of it is read."""
    if (announced(request.scope) or 0) > MOST_BYTES:
        raise DeliveryTooLarge
    try:
        return await request.body()
    except HTTPException as error:
        if error.status_code != 413:
            raise
        raise DeliveryTooLarge from None
