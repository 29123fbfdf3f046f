"""Control sockets of bots, seen from outside: who is connected. The socket itself is in workers/bot_socket.py."""

import uuid

from fastapi import APIRouter

from api.security.principal import Operator, Reader
from api.state import Services
from contracts.coordinator.views import ConnectionsView, ConnectionView
from services.coordinator import workflows

router = APIRouter(prefix="/ws", tags=["coordinator"])


@router.get("/connections", summary="List bots whose control sockets are open at this API process")
async def get_connections(_: Reader, state: Services) -> ConnectionsView:
    """With several API processes each knows its own; GET /bots knows all who are there."""
    connections = [
        ConnectionView(
            bot_id=each.bot.worker_id,
            name=each.bot.name,
            capabilities=list(each.capabilities),
            connected_at=each.connected_at,
            tasks_on_hand=each.tasks_on_hand,
        )
        for each in sorted(state.bots.sockets.sessions, key=lambda session: session.connected_at)
    ]
    return ConnectionsView(connections=connections, total=len(connections))


@router.post("/broadcast/task/{task_id}", summary="Send a task to bots; refused, since each is pushed by itself")
async def broadcast(task_id: uuid.UUID, _: Operator, state: Services) -> ConnectionsView:
    async with state.database.transaction() as connection:
        await workflows.check_broadcast(connection, task_id)
    return await get_connections(_, state)
