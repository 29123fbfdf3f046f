"""Finds a caller's address: the peer, or the address that a trusted proxy names."""

import ipaddress
from collections.abc import Sequence

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def networks(text: str) -> list[Network]:
    """Addresses and networks from a text with commas.

    Raises:
        ValueError: one of them is neither.
    """
    return [ipaddress.ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip()]


def caller_address(peer: str, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """The caller's address.

    Args:
        peer: who is connected.
        forwarded_for: the value of X-Forwarded-For; each proxy adds at its end whom it was called by.
        trusted: proxies that are believed.
    """
    address = peer
    for named in reversed([part.strip() for part in forwarded_for.split(",") if part.strip()]):
        if not _is_one_of(address, trusted) or not _is_address(named):
            return address
        address = named
    return address


def grpc_address(peer: str) -> str:
    """The address in what gRPC calls a peer: ``ipv4:127.0.0.1:50000``, ``ipv6:%5B::1%5D:50000``."""
    kind, _, rest = peer.partition(":")
    if kind not in ("ipv4", "ipv6"):
        return kind or "unknown"
    return rest.rpartition(":")[0].replace("%5B", "").replace("%5D", "").strip("[]")


def _is_one_of(address: str, trusted: Sequence[Network]) -> bool:
    return _is_address(address) and any(ipaddress.ip_address(address) in network for network in trusted)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
