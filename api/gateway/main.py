"""`python -m api.gateway.main`: the gateway process. Stateless but for caches; kill -9 costs nothing."""

import ipaddress

import grpc
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api.gateway.calls import Calls
from api.gateway.holding import Holding
from api.gateway.keyring import KeyRing
from api.gateway.observer import Observer
from api.gateway.presence import Presence
from api.gateway.server import Door, make_server
from api.gateway.upstream import Upstream
from contracts.settings import ServerSettings
from db.engine import make_engine, plain_url
from runtime import process
from runtime.addresses import networks
from runtime.health import serve_health


class GatewayUnsafe(Exception):
    """The gateway would listen on a network without TLS: keys and tasks could be read on the way.

    Give CLAWDBOT_GATEWAY_TLS_CERT and CLAWDBOT_GATEWAY_TLS_KEY, or say CLAWDBOT_GATEWAY_BEHIND_TLS=true when a
    proxy in front of it does TLS.
    """


async def main() -> None:
    settings = ServerSettings()
    url = settings.database_url.get_secret_value()
    engine = make_engine(url, process="gateway", pool_size=5, durable=False)
    observer, presence, keys, holding = Observer(engine), Presence(engine), KeyRing(engine), Holding(engine)
    upstream = Upstream(settings.temporal_address)
    calls = Calls(upstream, settings.temporal_namespace, settings.lease_keys, observer, presence, holding)
    server = make_server(Door(keys, calls, presence, networks(settings.trusted_proxies)))
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
        return {"postgres": True}

    try:
        await process.all_of(
            observer.run(),
            presence.run(),
            keys.run(),
            holding.run(plain_url(url)),
            serve_health(settings.health_host, settings.gateway_health_port, checks),
        )
    finally:
        await server.stop(grace=1)
        await upstream.close()


def _credentials(settings: ServerSettings) -> grpc.ServerCredentials | None:
    if settings.gateway_tls_cert and settings.gateway_tls_key:
        pair = (settings.gateway_tls_key.read_bytes(), settings.gateway_tls_cert.read_bytes())
        return grpc.ssl_server_credentials([pair])
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
