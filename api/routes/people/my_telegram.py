"""Routes of the caller's own Telegram account: link, show, unlink."""

from fastapi import APIRouter, Response

from api.audit import audit
from api.security.principal import Person
from api.state import Services
from contracts.people.views import TelegramCodeView, TelegramLinkView
from db.chat.links import unlink
from services.people.telegram_links import link_view, new_link_code

router = APIRouter(prefix="/me/telegram", tags=["people"])


@router.get("", summary="Show which Telegram account acts as the caller")
async def get_link(caller: Person, state: Services) -> TelegramLinkView:
    async with state.database.transaction() as connection:
        return await link_view(connection, caller.person_id)


@router.post(
    "", status_code=201, summary="Make a link code for the Telegram bot (/link CODE); the code is shown only here"
)
async def make_link_code(caller: Person, state: Services) -> TelegramCodeView:
    """It works once, for 15 minutes; a code made earlier is over."""
    secret = state.settings.jwt_secret.get_secret_value()
    async with state.database.transaction() as connection:
        await audit(connection, caller, "telegram.code", caller.name)
        return await new_link_code(connection, secret, caller.person_id)


@router.delete("", status_code=204, summary="Unlink the caller's Telegram account")
async def end_link(caller: Person, state: Services) -> Response:
    async with state.database.transaction() as connection:
        account = await unlink(connection, caller.person_id)
        if account is not None:
            await audit(connection, caller, "telegram.unlink", caller.name, telegram_user_id=account)
    return Response(status_code=204)
