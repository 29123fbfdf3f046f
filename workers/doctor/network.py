"""The way to a server, step by step: its name, a connection, its certificate."""

import asyncio
import contextlib
import socket
import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.trust import trusted
from workers.doctor.report import Check, fail, ok, warn

_SECONDS = 5.0
#: A certificate that ends sooner is worth a word.
_SOON = timedelta(days=14)

_NAME_ADVICE = "Check the address for typos, and this machine's DNS."
_CONNECTION_ADVICE = "Is the server running, and does a firewall between here and there let this port through?"
_CERTIFICATE_ADVICE = {
    "expired": "Renew it on the server; if it is new, set this machine's clock.",
    "not yet valid": "Set this machine's clock.",
    "self-signed": "Point SSL_CERT_FILE at a bundle of the system's authorities and yours.",
    "self signed": "Point SSL_CERT_FILE at a bundle of the system's authorities and yours.",
    "local issuer": "Point SSL_CERT_FILE at a bundle of the system's authorities and yours, or serve the whole chain.",
    "mismatch": "Use an address whose name stands in the certificate.",
}


@dataclass(frozen=True)
class Server:
    """Somewhere to connect to; ``label`` is what the checks are called."""

    label: str
    host: str
    port: int
    tls: bool
    #: What it must speak inside TLS; empty if that does not matter.
    protocol: str = ""


async def way_to(server: Server) -> list[Check]:
    """Each step; the first that fails is the last."""
    checks: list[Check] = []
    for step in (_name, _connection, *([_certificate] if server.tls else [])):
        checks += await step(server)
        if checks[-1].advice and checks[-1].verdict == "fail":
            break
    return checks


async def _name(server: Server) -> list[Check]:
    label = f"{server.label}: name"
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(_SECONDS):
            found = await loop.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
    except TimeoutError:
        return [fail(label, f"no answer about '{server.host}' within {_SECONDS:.0f} s", _NAME_ADVICE)]
    except (OSError, UnicodeError) as error:
        return [fail(label, f"'{server.host}' is not known: {error}", _NAME_ADVICE)]
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    return [ok(label, f"{server.host} is {', '.join(addresses[:4])}")]


async def _connection(server: Server) -> list[Check]:
    label, began = f"{server.label}: connection", time.monotonic()
    try:
        async with asyncio.timeout(_SECONDS):
            _, writer = await asyncio.open_connection(server.host, server.port)
    except TimeoutError:
        return [fail(label, f"port {server.port} gives no answer within {_SECONDS:.0f} s", _CONNECTION_ADVICE)]
    except OSError as error:
        return [fail(label, f"port {server.port}: {error.strerror or error}", _CONNECTION_ADVICE)]
    await _close(writer)
    return [ok(label, f"port {server.port} answers in {(time.monotonic() - began) * 1000:.0f} ms")]


async def _certificate(server: Server) -> list[Check]:
    label = f"{server.label}: certificate"
    context = trusted() if not server.protocol else _speaking(server.protocol)
    try:
        async with asyncio.timeout(_SECONDS):
            _, writer = await asyncio.open_connection(server.host, server.port, ssl=context)
    except ssl.SSLCertVerificationError as error:
        return [fail(label, f"not trusted: {error.verify_message}", _certificate_advice(error.verify_message))]
    except TimeoutError:
        return [fail(label, f"no TLS within {_SECONDS:.0f} s", "Is this the port that speaks TLS?")]
    except (OSError, ssl.SSLError) as error:
        return [fail(label, f"no TLS: {error}", "Is this the port that speaks TLS? Does a proxy get between?")]
    tls: ssl.SSLObject = writer.get_extra_info("ssl_object")
    checks = [_spoken(server, tls)] if server.protocol else []
    checks.insert(0, _days_left(label, dict(tls.getpeercert() or {})))
    await _close(writer)
    return checks


def _speaking(protocol: str) -> ssl.SSLContext:
    import httpx

    context = httpx.create_ssl_context(trust_env=True)
    context.set_alpn_protocols([protocol])
    return context


def _spoken(server: Server, tls: ssl.SSLObject) -> Check:
    label = f"{server.label}: HTTP/2"
    if tls.selected_alpn_protocol() == server.protocol:
        return ok(label, f"agreed on inside {tls.version()}")
    advice = "The proxy in front of the gateway must speak HTTP/2 to workers (nginx: http2 on, grpc_pass)."
    return fail(label, "the server does not offer it", advice)


def _days_left(label: str, certificate: dict[str, Any]) -> Check:
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)
    issuer = {key: value for part in certificate.get("issuer", ()) for key, value in part}
    by = issuer.get("organizationName") or issuer.get("commonName") or "an authority without a name"
    left = ends - datetime.now(UTC)
    found = f"by {by}, until {ends:%Y-%m-%d} ({left.days} days)"
    return warn(label, found, "Renew it on the server soon.") if left < _SOON else ok(label, found)


def _certificate_advice(message: str) -> str:
    return next((advice for word, advice in _CERTIFICATE_ADVICE.items() if word in message.lower()), "Ask its admin.")


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(1):
            await writer.wait_closed()
