"""Keeps names and keys below the lengths that Temporal takes, in bytes of UTF-8.

Names longer than that are not refused when somebody chooses them, but when a task is started: all of them then fail,
or, where a workflow asks for it, hang. The numbers are those of server 1.32, as `tests/stack/tasks/test_limits.py`
finds them; a self-hosted server may have lower ones (`limit.maxIDLength`, `limit.searchAttributesSizeOfValueLimit`).
"""

import hashlib
import json
from typing import Final

#: Key of a share of a queue. Not a setting of the server.
FAIRNESS_KEY: Final = 64
#: Of such a share.
LEAST_WEIGHT: Final = 0.001
MOST_WEIGHT: Final = 1_000.0
#: Workflow id, request id, update id, activity id and type, task queue.
ID: Final = 1_000
#: Value of a search attribute, as JSON.
SEARCH_ATTRIBUTE: Final = 2_048
#: What no queue's name may begin with.
RESERVED_QUEUES: Final = "/_sys/"

_HASH_DIGITS = 16


def fairness_key(owner: str) -> str:
    """Whose share of a queue it is. Long names are cut, and stay different from each other."""
    if len(owner.encode()) <= FAIRNESS_KEY:
        return owner
    digest = hashlib.sha256(owner.encode()).hexdigest()[:_HASH_DIGITS]
    return cut(owner, FAIRNESS_KEY - _HASH_DIGITS - 1) + "~" + digest


def keyword(value: str) -> str:
    """The value of a search attribute; what is too long is cut."""
    # JSON writes a character of four bytes as twelve.
    while len(json.dumps(value).encode()) > SEARCH_ATTRIBUTE:
        value = value[: len(value) * SEARCH_ATTRIBUTE // len(json.dumps(value).encode())]
    return value


def cut(text: str, most: int) -> str:
    """The beginning of the text, at most so many bytes and no half character."""
    return text.encode()[:most].decode(errors="ignore")
