"""Carries the workspaces that the current request may read and change, and tells Postgres.

Whoever belongs to workspaces only acts in the database as the role `clawdbot_member`: policies on each table show it
the rows of these workspaces, and a table without a grant refuses it (docs/adr/0052-workspaces.md). Everybody else acts
as the owner of the tables, for whom policies do not count and cost nothing.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

#: For one transaction. Names of workspaces have no commas (contracts/workspaces/names.py).
_ENTER = text("""
SELECT set_config('clawdbot.reads', :reads, true), set_config('clawdbot.changes', :changes, true),
    set_config('clawdbot.user', :user, true), set_config('role', 'clawdbot_member', true)
""")


_LEAVE = text("SELECT set_config('role', 'none', true)")


@dataclass(frozen=True)
class Scope:
    """Names of workspaces. Those that are changed are read, too. ``user``: the id of the person."""

    reads: tuple[str, ...]
    changes: tuple[str, ...]
    user: str = ""


_SCOPE: ContextVar[Scope | None] = ContextVar("workspaces of this request", default=None)


def current_scope() -> Scope | None:
    """None: everything."""
    return _SCOPE.get()


def confine(scope: Scope | None) -> None:
    """From now on, for this request and what it begins."""
    _SCOPE.set(scope)


@contextmanager
def seeing_everything() -> Iterator[None]:
    """For what is no answer to the caller: who they are, and notes about them."""
    before = _SCOPE.set(None)
    try:
        yield
    finally:
        _SCOPE.reset(before)


@asynccontextmanager
async def acting_as(connection: AsyncConnection, scope: Scope | None) -> AsyncIterator[None]:
    """For a part of core's transaction, which does what a member asked for. None: as whoever sees everything.

    What fails in here ends the transaction.
    """
    if scope is None:
        yield
        return
    before = _SCOPE.set(scope)
    try:
        await enter(connection, scope)
        yield
        await connection.execute(_LEAVE)
    finally:
        _SCOPE.reset(before)


@asynccontextmanager
async def where_they_change(connection: AsyncConnection) -> AsyncIterator[None]:
    """For a part of a member's transaction that is about what they may change: what they only read is not seen in it.

    What fails in here ends the transaction.
    """
    scope = current_scope()
    if scope is None or set(scope.reads) == set(scope.changes):
        yield
        return
    async with acting_as(connection, Scope(scope.changes, scope.changes, scope.user)):
        yield
    await enter(connection, scope)


@asynccontextmanager
async def as_owner(connection: AsyncConnection) -> AsyncIterator[None]:
    """For what a member's transaction has to write down about all, and shows them nothing of.

    What fails in here ends the transaction: then it has no role to go back to.
    """
    scope = current_scope()
    if scope is None:
        yield
        return
    await connection.execute(_LEAVE)
    try:
        yield
    except BaseException:
        await connection.rollback()
        raise
    await enter(connection, scope)


async def enter(connection: AsyncConnection, scope: Scope) -> None:
    """Until the end of the transaction."""
    named = {"reads": ",".join(scope.reads), "changes": ",".join(scope.changes), "user": scope.user}
    await connection.execute(_ENTER, named)
