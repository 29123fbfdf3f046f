"""Finds free ports for servers that run beside others: tests, benchmarks, demos."""

import secrets
import socket

#: Below the ports that systems give to connections that go out (from 32768 on Linux, 49152 on macOS): one of these may
#: have taken a port again before its server does.
_CANDIDATES = range(15_000, 32_000)


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that are free right now."""
    found: list[int] = []
    while len(found) < count:
        port = secrets.choice(_CANDIDATES)
        if port not in found and is_free(port):
            found.append(port)
    return found


def is_free(port: int) -> bool:
    """Whether a server could listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
