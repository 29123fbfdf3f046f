"""Access tokens of the client-credentials grant. A token says whose it is; none is stored."""

import base64
import binascii
import hashlib
import hmac

#: A client id that Reddit does not know, to try out refused credentials.
REFUSED_CLIENT_ID = "refused"
LIFETIME_SECONDS = 86_400


class Tokens:
    """Issues and checks tokens; the same client gets the same token from a sandbox of the same seed."""

    def __init__(self, seed: int) -> None:
        self._key = f"sandbox-{seed}".encode()

    def issue(self, client_id: str) -> str:
        """The token of a client."""
        name = base64.urlsafe_b64encode(client_id.encode()).decode()
        return f"{name}.{self._signature(client_id)}"

    def accepts(self, authorization: str) -> bool:
        """Whether an Authorization header carries a token of ours."""
        scheme, _, token = authorization.partition(" ")
        name, _, signature = token.partition(".")
        client_id = _decoded(name)
        if scheme.lower() != "bearer" or client_id is None:
            return False
        return hmac.compare_digest(self._signature(client_id).encode(), signature.encode())

    def _signature(self, client_id: str) -> str:
        return hmac.new(self._key, client_id.encode(), hashlib.sha256).hexdigest()


def accepted_client(authorization: str) -> str | None:
    """The client id of a Basic header with any id and secret, unless it is the refused one."""
    scheme, _, encoded = authorization.partition(" ")
    client_id, _, secret = (_decoded(encoded) or "").partition(":")
    if scheme.lower() != "basic" or not client_id or not secret or client_id == REFUSED_CLIENT_ID:
        return None
    return client_id


def _decoded(text: str) -> str | None:
    try:
        return base64.urlsafe_b64decode(text).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
