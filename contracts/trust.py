"""Certificates that this process trusts."""

import ssl
from functools import cache

import httpx


@cache
def trusted() -> ssl.SSLContext:
    """The usual authorities, or those of ``SSL_CERT_FILE``. Made once: reading them costs 20 ms of CPU time or more."""
    return httpx.create_ssl_context(trust_env=True)


def trusted_at(url: str) -> ssl.SSLContext:
    """For a client that asks there and follows no redirects: plain HTTP has no certificates, so nobody is trusted."""
    return _nobody() if url.startswith("http://") else trusted()


@cache
def _nobody() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
