"""Certificates that this process trusts."""

import ssl
from functools import cache

import httpx


@cache
def trusted() -> ssl.SSLContext:
    """The usual authorities, or those of ``SSL_CERT_FILE``. Made once: reading them takes time and memory."""
    return httpx.create_ssl_context(trust_env=True)
