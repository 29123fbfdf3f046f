"""Limits on guessing: passwords by name and address, join codes by address, both over all API processes together."""

from collections.abc import Sequence
from datetime import timedelta
from ipaddress import ip_address, ip_network
from math import ceil

from sqlalchemy.ext.asyncio import AsyncConnection

from db.people.allowances import Allowance, give_back, spend, sweep
from db.session import Database
from services.errors import DomainError

#: One person at one place: ten mistakes, then one try every half minute.
_SIGN_IN_HERE = Allowance("sign in, name and address", 10, timedelta(seconds=30))
#: One place with many names.
_SIGN_IN_ADDRESS = Allowance("sign in, address", 60, timedelta(seconds=5))
#: One name from many places. Loose: it also keeps out the person whose name it is.
_SIGN_IN_NAME = Allowance("sign in, name", 100, timedelta(minutes=1))
_JOIN_ADDRESS = Allowance("join, address", 10, timedelta(seconds=10))
#: With 60 bits in a code and at most a code per second tried, guessing is hopeless (docs/security.md).
_JOIN = Allowance("join", 200, timedelta(seconds=1))
#: Lines about refusals, so that nobody fills the audit log.
_NOTED = Allowance("audit of refusals", 20, timedelta(seconds=30))

Subjects = Sequence[tuple[Allowance, str]]


class TooManyAttempts(DomainError):
    """Too many attempts."""

    status = 429

    def __init__(self, seconds: float) -> None:
        self.retry_after = ceil(seconds)
        super().__init__(f"Too many attempts. Wait {self.retry_after} s and try again.")


def sign_in_subjects(name: str, address: str) -> Subjects:
    place = place_of(address)
    return [(_SIGN_IN_HERE, f"{place} {name}"), (_SIGN_IN_ADDRESS, place), (_SIGN_IN_NAME, name)]


def code_subjects(address: str) -> Subjects:
    return [(_SIGN_IN_ADDRESS, place_of(address))]


def join_subjects(address: str) -> Subjects:
    return [(_JOIN_ADDRESS, place_of(address)), (_JOIN, "")]


def place_of(address: str) -> str:
    """The address; of IPv6 the network of one connection, which has more addresses than can be counted."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address


async def attempt(database: Database, subjects: Subjects) -> None:
    """Take an attempt from each allowance, before anything is compared: guesses at the same moment count, too.

    Raises:
        TooManyAttempts: one of them is used up; then none is taken.
    """
    async with database.transaction() as connection:
        for allowance, of in subjects:
            wait = await spend(connection, allowance, of)
            if wait is not None:
                raise TooManyAttempts(wait)
        await sweep(connection)


async def succeeded(connection: AsyncConnection, subjects: Subjects) -> None:
    """It was no guess: the allowances are as before."""
    for allowance, of in subjects:
        await give_back(connection, allowance, of)


async def worth_noting(connection: AsyncConnection, who: str, address: str) -> bool:
    """Whether a refusal of ``who`` gets another line in the audit log."""
    return await spend(connection, _NOTED, f"{place_of(address)} {who}") is None
