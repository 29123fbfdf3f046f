"""What of a post is scored, and the hash by which its opinion says which text it is about: an edit keeps the post's id.

The API asks Postgres for the same hash (`services/records/material.py`).
"""

import hashlib
from collections.abc import Mapping
from typing import Any

#: The fields of a post, in this order; no kind of posts has all of them.
TEXTS = ("title", "body", "text")
#: Of a post, in characters; the mood of a longer one shows by then.
POST_LIMIT = 4_000


def scored_text(post: Mapping[str, Any]) -> str:
    """The text that is scored."""
    return "\n".join(part for name in TEXTS if (part := post.get(name)))[:POST_LIMIT]


def hash_of(text: str) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()
