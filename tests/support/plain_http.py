"""HTTP within this machine. `httpx.get` and its sisters make an SSL context for every request, of 20 ms of CPU time."""

import ssl
from functools import partial
from typing import Any

import httpx

#: For clients that speak no TLS. It trusts nobody.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def request(method: str, url: str | httpx.URL, *, timeout: float = 5, **options: Any) -> httpx.Response:
    """One request on a connection of its own, without proxies and cookies."""
    with httpx.Client(verify=NO_TLS, trust_env=False, timeout=timeout) as http:
        return http.request(method, url, **options)


get = partial(request, "GET")
post = partial(request, "POST")
put = partial(request, "PUT")
