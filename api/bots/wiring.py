"""Builds the objects that serve bots, once per process."""

from dataclasses import dataclass, field

from api.bots.claims import Claims
from api.bots.gateway_client import Gateway
from api.bots.open_sockets import OpenSockets
from api.bots.reports import Reports
from api.bots.waiting_queues import WaitingQueues
from contracts.settings import ServerSettings
from db.session import Database


@dataclass(frozen=True)
class Bots:
    """Claims and reports over one connection to the gateway."""

    claims: Claims
    reports: Reports
    _gateway: Gateway
    sockets: OpenSockets = field(default_factory=OpenSockets)

    async def close(self) -> None:
        await self._gateway.close()


def make_bots(settings: ServerSettings, database: Database) -> Bots:
    """Connects when it is first used. Needs a running event loop."""
    gateway = Gateway(settings)
    claims = Claims(database, gateway, WaitingQueues(database), settings.lease_keys)
    return Bots(claims, Reports(database, gateway), gateway)
