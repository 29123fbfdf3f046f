"""Why nothing came back from an API, in a sentence that says what to do: names, ports, certificates, proxies."""

import os
import socket
import ssl
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

LOOPBACK = ("127.0.0.1", "localhost", "::1")
#: What OpenSSL says of a certificate, by number (X509_V_ERR_…).
_TOO_EARLY, _TOO_LATE, _OTHER_NAMES = 9, 10, (62, 64)
_HOW_TO_TRUST = "`export SSL_CERT_FILE=/path/to/authority.pem` trusts another authority"


def sentence(error: Exception, url: str) -> str:
    """What this failure of a request to ``url`` means."""
    proxy = _proxy_to(url)
    causes = list(_causes(error))
    for each in causes:
        if isinstance(each, ssl.SSLCertVerificationError):
            return _certificate(each, url)
    if isinstance(error, httpx.ProxyError) or (proxy and isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)):
        return _proxy(error, url, proxy)
    if any(isinstance(each, socket.gaierror) for each in causes):
        return f"There is no machine called '{urlsplit(url).hostname}', as far as this one knows. Check the address."
    if isinstance(error, httpx.ConnectTimeout):
        return (
            f"Nothing answers at {url}, not even with a no. Check the port, and whether a firewall or VPN is between."
        )
    if isinstance(error, httpx.TimeoutException):
        return f"The API at {url} did not answer in time. Try again."
    if "WRONG_VERSION_NUMBER" in str(error):
        plain = url.replace("https://", "http://")
        return f"{url} speaks no TLS. If you trust the way there, use {plain}."
    if isinstance(error, httpx.ConnectError):
        return f"Nothing answers at {url}. {_who_starts_it(url)}"
    tls = " If it speaks TLS, its address begins with https://." if url.startswith("http://") else ""
    return f"The connection to {url} broke ({error}).{tls}"


def setting(error: Exception, url: str) -> str:
    """Why no connection can even be tried: something in the environment, or the address itself."""
    file = os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR")
    if isinstance(error, OSError) and file:
        why = error.strerror if isinstance(error, FileNotFoundError) else "there is no certificate in it"
        return f"SSL_CERT_FILE names {file}, which cannot be used ({why})."
    if proxy := _proxy_to(url):
        return f"The proxy {proxy} cannot be used ({error}). {_around(url)}"
    return f"{url} cannot be asked ({error})."


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _certificate(error: ssl.SSLCertVerificationError, url: str) -> str:
    now = f"By the clock of this machine it is {datetime.now().astimezone():%Y-%m-%d %H:%M}"
    if error.verify_code == _TOO_LATE:
        return f"The certificate of {url} has expired. {now}; if that is right, its admin has to renew it."
    if error.verify_code == _TOO_EARLY:
        return f"The certificate of {url} is not valid yet. {now}; is that right?"
    if error.verify_code in _OTHER_NAMES:
        return f"The certificate of {url} is for another name. Use the address that stands in it."
    return f"The certificate of {url} is not trusted here. {_HOW_TO_TRUST}, or that certificate itself."


def _proxy(error: Exception, url: str, proxy: str | None) -> str:
    said = f"refuses ({error})" if isinstance(error, httpx.ProxyError) else "does not answer"
    return f"The proxy {proxy or 'on the way'} {said}, so {url} is not reached. {_around(url)}"


def _around(url: str) -> str:
    return f"HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names it; `export NO_PROXY={urlsplit(url).hostname}` goes round it."


def _proxy_to(url: str) -> str | None:
    """The proxy on the way, without what opens it; None: there is none."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    known = getproxies()
    found = known.get(parts.scheme) or known.get("all")
    if host in LOOPBACK or not found or proxy_bypass(host):
        return None
    return found.rpartition("@")[2]


def _who_starts_it(url: str) -> str:
    if urlsplit(url).hostname in LOOPBACK:
        return "Start ClawdBot with `clawdbot up`, or check the address."
    return "Check the address and its port, and whether ClawdBot runs there."
