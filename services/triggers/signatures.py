"""Signatures of deliveries: whether a sender knows the secret, and what it calls what it sends."""

import base64
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from contracts.storable import cleaned
from contracts.triggers.sources import Hook, Signature
from services.errors import DomainError

_LONGEST_KEY = 200
#: Of one delivery, while a secret is being replaced.
_MOST_SIGNATURES = 10


class BadSignature(DomainError):
    """This delivery is not signed with the secret of this hook."""

    status = 401


class BadDelivery(DomainError):
    """This delivery cannot be read."""

    status = 400


def check(hook: Hook, secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """Let pass what one of the secrets has signed. ``headers``: by lower-case name.

    Raises:
        BadSignature: none has, or too long ago.
    """
    said, signed, at = _signed(hook.signature, headers, body)
    wanted = [_mac(hook.signature, secret, signed) for secret in secrets]
    # All of them, however early one fits.
    fits = [hmac.compare_digest(each.encode(), one.encode(errors="replace")) for each in wanted for one in said]
    if not any(fits):
        raise BadSignature
    if at is not None:
        _check_time(at, hook.window, now)


def key_of(signature: Signature, headers: Mapping[str, str], payload: Any) -> str | None:
    """What the sender calls this delivery: the same one again has the same name.

    Raises:
        BadDelivery: the name is too long.
    """
    match signature:
        case Signature.GITHUB:
            key = headers.get("x-github-delivery")
        case Signature.STRIPE:
            key = payload.get("id") if isinstance(payload, dict) else None
        case Signature.STANDARD:
            key = headers.get("webhook-id")
        case Signature.BEARER:
            key = headers.get("webhook-id")
    found = cleaned(key if isinstance(key, str) and key else headers.get("idempotency-key", ""))
    if len(found) > _LONGEST_KEY:
        raise BadDelivery(f"The id of a delivery has {_LONGEST_KEY} characters at most.")
    return str(found) or None


def _signed(signature: Signature, headers: Mapping[str, str], body: bytes) -> tuple[list[str], bytes, str | None]:
    """The signatures that it brings, what they are about, and when it says that it was made."""
    match signature:
        case Signature.GITHUB:
            return [headers.get("x-hub-signature-256", "").removeprefix("sha256=")], body, None
        case Signature.BEARER:
            scheme, _, secret = headers.get("authorization", "").partition(" ")
            return [secret.strip()] if scheme.lower() == "bearer" else [], body, None
        case Signature.STRIPE:
            parts = [each.strip().partition("=") for each in headers.get("stripe-signature", "").split(",")]
            at = next((value for name, _, value in parts if name == "t"), "")
            said = [value for name, _, value in parts if name == "v1"]
            return said[:_MOST_SIGNATURES], at.encode() + b"." + body, at
        case Signature.STANDARD:
            at = headers.get("webhook-timestamp", "")
            said = [each[3:] for each in headers.get("webhook-signature", "").split(" ") if each.startswith("v1,")]
            return said[:_MOST_SIGNATURES], f"{headers.get('webhook-id', '')}.{at}.".encode() + body, at


def _mac(signature: Signature, secret: str, signed: bytes) -> str:
    match signature:
        case Signature.BEARER:
            return secret
        case Signature.STANDARD:
            return base64.b64encode(hmac.digest(_key_of(secret), signed, "sha256")).decode()
    return hmac.digest(secret.encode(), signed, "sha256").hex()


def _key_of(secret: str) -> bytes:
    """Of a secret of Standard Webhooks; one in another form counts as it stands."""
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        return secret.encode()


def _check_time(at: str, window: float, now: datetime) -> None:
    if not at.isascii() or not at.isdigit() or len(at) > 12:
        raise BadSignature("This delivery does not say when it was made.")
    away = now.timestamp() - int(at)
    if away > window:
        raise BadSignature(f"This delivery is {away:.0f} s old; {window:.0f} s are the most. Send it anew.")
    if -away > window:
        raise BadSignature(f"This delivery is {-away:.0f} s ahead of our clock. Look at the clock of the sender.")
