"""Picks ports to which no browser connects, for servers that trust whatever a web page sends."""

import secrets
import socket

from workers.embedded.errors import StackError

#: "Bad ports" of the Fetch standard: blocked in every browser because of the protocols that live there (IRC mostly).
#: 6668 and 6669 are those of Temporal's HTTP API and metrics (``Ports``).
BLOCKED = (6665, 6666, 6667, 6697, 6566, 10080)


def unbrowsable_address() -> tuple[str, int]:
    """Where a server of this machine can listen and no page reaches it.

    Stacks side by side would run out of such ports, so each takes a loopback address of its own where the system has
    more than one (Linux has 16 million, macOS one).

    Raises:
        StackError: all of them are taken.
    """
    own = f"127.{secrets.randbelow(254) + 1}.{secrets.randbelow(256)}.{secrets.randbelow(254) + 1}"
    shuffled = sorted(BLOCKED, key=lambda _: secrets.randbits(32))
    for host in (own, "127.0.0.1"):
        for port in shuffled:
            if _is_free(host, port):
                return host, port
    raise StackError(
        f"None of the ports {', '.join(map(str, BLOCKED))} is free, and the Temporal Web UI needs one that browsers "
        f"do not open. Stop the program that has one of them."
    )


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
