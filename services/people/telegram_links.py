"""Linking a Telegram account to a person, with a code that works once."""

import hmac
import uuid
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.people.views import TelegramCodeView, TelegramLinkView
from db.chat.links import link_of, make_code
from services.people import join_codes

_LIFETIME = timedelta(minutes=15)


def link_code_hash(secret: str, typed: str) -> bytes:
    """What is stored of a code and looked up. It is no join code, and the other way round."""
    return join_codes.code_hash(hmac.digest(secret.encode(), b"telegram link", "sha256").hex(), typed)


async def new_link_code(connection: AsyncConnection, secret: str, user_id: uuid.UUID) -> TelegramCodeView:
    code = join_codes.new_code()
    expires_at = await make_code(connection, user_id, link_code_hash(secret, code), _LIFETIME)
    return TelegramCodeView(code=code, expires_at=expires_at)


async def link_view(connection: AsyncConnection, user_id: uuid.UUID) -> TelegramLinkView:
    row = await link_of(connection, user_id)
    return TelegramLinkView(linked=row is not None, **(row or {}))
