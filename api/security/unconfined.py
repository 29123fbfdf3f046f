"""Begins each request without the workspaces of the one before it on its connection."""

from starlette.types import ASGIApp, Receive, Scope, Send

from db.workspaces.scope import confine


class Unconfined:
    """ASGI middleware.

    A request that was sent ahead of its turn begins in a copy of the context of the last one, and with asyncio's own
    loop others may, too. Behind a proxy that may be somebody else's: their sign-in was refused as that of a member.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        confine(None)
        await self._app(scope, receive, send)
