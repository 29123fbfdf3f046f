"""Payloads as they are looked at and kept: without secrets. Expressions see what the log has, as a replay will."""

import re
from collections.abc import Mapping
from typing import Any

LEFT_OUT = "(left out)"
#: How the name of a field ends that is one: `access_token`, `clientSecret`, `x-api-key`; not `input_tokens`, a number.
_SECRET = re.compile(
    r"(?:^|_)(?:password|passwd|pwd|passphrase|secrets?|tokens?|jwt|cookies?|authorization|credentials?"
    r"|(?:api|private|access|secret|signing|encryption)_?key)$"
)
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[-. ]")
#: Headers that say what a delivery is about; never who sends it or how it is signed.
_HEADERS = re.compile(r"^(?:content-type|user-agent|webhook-id|webhook-timestamp|idempotency-key|x-[a-z0-9\-]+)$")
_NOT_OURS = re.compile(
    r"signature|auth|token|secret|(?:api|access|functions|shared|signing)-?key|cookie|forwarded|real-ip|credential"
    r"|password|jwt|assertion|oidc|session|client-cert|csrf|xsrf"
)
_MOST_HEADERS, _LONGEST_HEADER = 40, 500


def without_secrets(payload: Any) -> Any:
    """The same without what is called like a secret."""
    match payload:
        case dict():
            return {
                key: LEFT_OUT if isinstance(value, str | dict | list) and is_secret(key) else without_secrets(value)
                for key, value in payload.items()
            }
        case list():
            return [without_secrets(each) for each in payload]
    return payload


def is_secret(name: str) -> bool:
    return bool(_SECRET.search(_WORDS.sub("_", name).lower()))


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """By lower-case name, those that may be told."""
    named = {name.lower(): value for name, value in headers.items()}
    told = {name: value for name, value in named.items() if _HEADERS.match(name) and not _NOT_OURS.search(name)}
    return {name: value[:_LONGEST_HEADER] for name, value in sorted(told.items())[:_MOST_HEADERS]}
