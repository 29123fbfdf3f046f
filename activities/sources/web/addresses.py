"""Checks network addresses: a task may lead this worker to the public Internet, and nowhere else."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_NAT64 = ip_network("64:ff9b::/96")
#: All of IPv6 that is given out to the public lies in here.
_PUBLIC_V6 = ip_network("2000::/3")
#: Public by their number, but not by what answers there.
_DENIED_V4 = (
    ip_network("168.63.129.16/32"),  # Azure's own services, seen from inside
    ip_network("192.0.0.0/24"),  # protocol assignments; Oracle's metadata
    ip_network("192.88.99.0/24"),  # relays of 6to4
)


def is_public(text: str) -> bool:
    """Whether an address is open to the world, and so are the IPv4 addresses that are wrapped in it."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv4Address):
        return _public_v4(address)
    wrapped = _wrapped(address)
    if address.ipv4_mapped or address in _NAT64:
        return all(_public_v4(inner) for inner in wrapped)
    own = address in _PUBLIC_V6 and (bool(wrapped) or address.is_global)
    return own and all(_public_v4(inner) for inner in wrapped)


def _public_v4(address: IPv4Address) -> bool:
    # `is_global` alone lets multicast through.
    denied = address.is_multicast or any(address in network for network in _DENIED_V4)
    return address.is_global and not denied


def _wrapped(address: IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses that an IPv6 address leads to, in any of the ways to write them."""
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [inner for inner in found if inner is not None]
