"""Join codes: short enough to be typed, 60 bits, and the key that one use of them gives.

A machine that lost the answer may ask again: with the same Idempotency-Key it gets the same key. So that no key has
to be kept for that, the secret is derived from the code, the Idempotency-Key and a secret of the server; nobody who
lacks one of the three can know it. Without an Idempotency-Key the secret is random and a lost answer is lost.
"""

import base64
import hashlib
import hmac
import secrets

#: Crockford's base 32: no I, L, O or U, so that nothing is mistaken for something else.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("ILO", "110", "- \t\u2010\u2011\u2013")
_LENGTH = 12


def new_code() -> str:
    """Like ``7KQ2-M0XR-9TDV``."""
    code = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return "-".join(code[place : place + 4] for place in range(0, _LENGTH, 4))


def code_hash(secret: str, typed: str) -> bytes:
    """What is stored and looked up; case, dashes and spaces do not matter.

    Without the server's secret it says nothing about the code, so neither does the time that looking it up takes.
    """
    return _mac(secret, "join code", typed.upper().translate(_READ_AS)[:100])


def key_secret(secret: str, code: bytes, idempotency_key: str) -> str:
    """The secret of the key that this use of the code gives."""
    digest = _mac(secret, "join key", code.hex(), idempotency_key)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def asked_with(idempotency_key: str) -> bytes:
    return hashlib.sha256(idempotency_key.encode()).digest()


def _mac(secret: str, *parts: str) -> bytes:
    return hmac.digest(secret.encode(), "\n".join(parts).encode(errors="replace"), "sha256")
