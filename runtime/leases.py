"""Seals task tokens: a token is worth something only in the hands of the worker it was given to.

Temporal's own tokens are unsigned, so a worker could forge one for any task. What a worker gets is

    "cb1" | HMAC-SHA256 over the rest | length of the lease | lease as JSON | Temporal's token

Stateless: any gateway and any API replica that knows the key can open it, also after a restart.
"""

import hmac
from collections.abc import Sequence

from pydantic import ValidationError

from contracts.tasks.work import Lease

_MAGIC = b"cb1"
_MAC_BYTES = 32
_LENGTH_BYTES = 2
_HEAD = len(_MAGIC) + _MAC_BYTES


class LeaseInvalid(Exception):
    """This task token was not issued here, or to somebody else. Take tasks only through the gateway."""


def seal(lease: Lease, token: bytes, keys: Sequence[bytes]) -> bytes:
    """The token as the worker gets it, signed with the first key."""
    claims = lease.model_dump_json(exclude_none=True).encode()
    body = len(claims).to_bytes(_LENGTH_BYTES) + claims + token
    return _MAGIC + _mac(keys[0], body) + body


def unseal(sealed: bytes, keys: Sequence[bytes]) -> tuple[Lease, bytes]:
    """The lease and Temporal's token.

    Raises:
        LeaseInvalid: no key of ours signed it.
    """
    mac, body = sealed[len(_MAGIC) : _HEAD], sealed[_HEAD:]
    signed = any(hmac.compare_digest(mac, _mac(key, body)) for key in keys)
    if not sealed.startswith(_MAGIC) or not signed:
        raise LeaseInvalid(LeaseInvalid.__doc__)
    length = int.from_bytes(body[:_LENGTH_BYTES])
    claims, token = body[_LENGTH_BYTES : _LENGTH_BYTES + length], body[_LENGTH_BYTES + length :]
    try:
        return Lease.model_validate_json(claims), token
    except ValidationError:
        raise LeaseInvalid(LeaseInvalid.__doc__) from None


def _mac(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, body, "sha256")
