"""`python -m gateway.main`: the gateway process. Stateless but for caches; kill -9 costs nothing."""

import ipaddress

import grpc
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from contracts.settings import ServerSettings
from db.engine import make_engine, plain_url
from db.schema_version import GOES_ON, SchemaWatch
from db.tasks.mirror_writer import MirrorWriter
from gateway import certificates
from gateway.admission import Admission
from gateway.calls import Calls
from gateway.keyring import KeyRing
from gateway.limits import Limits
from gateway.meters import Meters
from gateway.observer import Observer
from gateway.paused_workers import PausedWorkers
from gateway.presence import Presence
from gateway.refusals import Refusals
from gateway.server import Desk, Door, make_server
from gateway.session_queues import SessionQueues, in_postgres
from gateway.uncounted import Uncounted
from gateway.uncounted import in_postgres as attempts_in_postgres
from gateway.unknown_keys import UnknownKeys
from runtime import process
from runtime.addresses import networks
from runtime.health import serve_health
from runtime.upstream import Upstream


class GatewayUnsafe(Exception):
    """The gateway would listen on a network without TLS: keys and tasks could be read on the way.

    Give CLAWDBOT_GATEWAY_TLS_CERT and CLAWDBOT_GATEWAY_TLS_KEY, or say CLAWDBOT_GATEWAY_BEHIND_TLS=true when a
    proxy in front of it does TLS.
    """


async def main() -> None:
    settings = ServerSettings()
    url = settings.database_url.get_secret_value()
    engine = make_engine(url, process="gateway", pool_size=5, durable=False)
    meters, refusals, paused = Meters(), Refusals(engine), PausedWorkers(engine)
    schema = SchemaWatch(engine, GOES_ON)
    presence, keys = Presence(engine), KeyRing(engine)
    observer = Observer(MirrorWriter(url, process="gateway-observer"), on_claim=meters.handed_out)
    upstream = Upstream(settings.temporal_address)
    sessions = SessionQueues(in_postgres(engine))
    uncounted = Uncounted(attempts_in_postgres(engine))
    calls = Calls(
        upstream, settings.temporal_namespace, settings.lease_keys, observer, presence, paused, sessions, uncounted
    )
    limits = Limits(settings.gateway_calls_per_second, settings.gateway_open_polls)
    admission = Admission(keys, UnknownKeys(), meters)
    desk = Desk(admission, limits, presence, refusals, meters, networks(settings.trusted_proxies))
    server = make_server(Door(desk, calls))
    address = f"{settings.gateway_host}:{settings.gateway_port}"
    credentials = _credentials(settings)
    if credentials:
        server.add_secure_port(address, credentials)
    else:
        server.add_insecure_port(address)
    await server.start()

    async def checks() -> dict[str, bool]:
        try:
            async with engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError):
            return {"postgres": False}
        return {"postgres": True, "schema": schema.mismatch is None}

    try:
        await process.all_of(
            observer.run(),
            presence.run(),
            keys.run(),
            paused.run(plain_url(url)),
            refusals.run(),
            schema.run(),
            serve_health(settings.health_host, settings.gateway_health_port, checks, meters.registry),
        )
    finally:
        await server.stop(grace=1)
        await upstream.close()


def _credentials(settings: ServerSettings) -> grpc.ServerCredentials | None:
    if settings.gateway_tls_cert and settings.gateway_tls_key:
        return certificates.credentials(settings.gateway_tls_cert, settings.gateway_tls_key)
    if not _is_loopback(settings.gateway_host) and not settings.gateway_behind_tls:
        raise GatewayUnsafe(GatewayUnsafe.__doc__)
    return None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


if __name__ == "__main__":
    process.run(main)
