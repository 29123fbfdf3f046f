"""Checks name and password, with limits on guessing, for tokens and for sessions; and codes, for sessions only."""

from ipaddress import ip_address

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncConnection

from api.security.attempts import TooManyAttempts, attempt, code_subjects, place_of, sign_in_subjects, succeeded
from api.security.principal import address_of
from api.security.refusals import note_refusal
from api.state import State
from contracts.people.requests import Login
from db.people.audit import add_entry
from db.people.sign_in_codes import redeem_code
from db.people.users import KnownUser, user_with_password
from services.errors import NotSignedIn
from services.people.passwords import password_matches


async def user_who_signs_in(body: Login, request: Request, state: State) -> KnownUser:
    """The user of this name and password.

    Raises:
        NotSignedIn: they are wrong, or the user is disabled.
        TooManyAttempts: they were not looked at.
    """
    address = address_of(request)
    try:
        await attempt(state.database, sign_in_subjects(body.username, address))
    except TooManyAttempts:
        await note_refusal(state.database, "anonymous", "user.sign_in_limited", "", address=address)
        raise
    async with state.database.transaction() as connection:
        found = await user_with_password(connection, body.username)
    matches = await password_matches(found["password_hash"] if found else None, body.password)
    if found is None or not matches or found["disabled_at"] is not None:
        # A name that nobody has may be a password in the wrong field: it is not written down.
        name = found["name"] if found else "(unknown name)"
        await note_refusal(state.database, "anonymous", "user.sign_in_failed", name, address=address)
        raise NotSignedIn("Name or password is wrong.")
    return KnownUser(found["id"], found["name"], found["role"], found["token_version"])


async def note_sign_in(connection: AsyncConnection, user: KnownUser, address: str, **details: str) -> None:
    """It was no guess, and it is audited. In the transaction of what the sign-in gives."""
    if "key" not in details:
        await succeeded(connection, sign_in_subjects(user.name, address))
    await add_entry(connection, f"human:{user.name}", "user.sign_in", user.name, {"address": address, **details})


def place_of_codes(address: str) -> str:
    """Where a code counts: one network, or this machine, which has two addresses of its own (IPv4 and IPv6)."""
    try:
        return "loopback" if ip_address(address).is_loopback else place_of(address)
    except ValueError:
        return address


async def user_of_code(code: str, request: Request, state: State) -> tuple[KnownUser, str]:
    """(whom this code from `clawdbot open` signs in, the id of the key it was made with). It counts once.

    Raises:
        NotSignedIn: it counts no more, or not here.
        TooManyAttempts: it was not looked at.
    """
    address = address_of(request)
    subjects = code_subjects(address)
    await attempt(state.database, subjects)
    # A transaction of its own: it is used up whatever comes next.
    async with state.database.transaction() as connection:
        found = await redeem_code(connection, code, place_of_codes(address))
        if found is not None:
            await succeeded(connection, subjects)
    if found is None:
        await note_refusal(state.database, "anonymous", "user.sign_in_failed", "(a code)", address=address)
        raise NotSignedIn("This way in was for one browser, once, for a minute. Run `clawdbot open` again, or sign in.")
    return found
