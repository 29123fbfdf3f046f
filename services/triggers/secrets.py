"""Secrets of hooks: an HMAC needs the secret itself, so it is stored, sealed under the server's own (AES and HMAC).

Whoever has the database and not CLAWDBOT_JWT_SECRET has none of them. A new CLAWDBOT_JWT_SECRET makes them unreadable:
then each hook needs a new secret.
"""

import base64
import hmac
import secrets
from typing import TYPE_CHECKING

from services.errors import DomainError

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


class SecretUnreadable(DomainError):
    """The secret of this hook cannot be read, because the server's own was changed. Rotate it."""

    status = 503


def new_secret() -> str:
    """In the form that Standard Webhooks has; to the others it is a text like any other."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def new_address() -> str:
    """Where a hook is called: nobody guesses it."""
    return secrets.token_urlsafe(24)


def seal(of_server: str, secret: str) -> str:
    return _fernet(of_server).encrypt(secret.encode()).decode()


def unseal(of_server: str, sealed: str) -> str:
    """Raises SecretUnreadable."""
    from cryptography.fernet import InvalidToken

    try:
        return _fernet(of_server).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise SecretUnreadable from None


def _fernet(of_server: str) -> "Fernet":
    # Takes memory that a process without hooks never needs.
    from cryptography.fernet import Fernet

    return Fernet(base64.urlsafe_b64encode(hmac.digest(of_server.encode(), b"secrets of hooks", "sha256")))
