"""Text from outside, made fit to be stored."""


def storable(text: str, limit: int) -> str:
    """At most `limit` characters, without what Postgres and UTF-8 refuse: NUL and lone surrogates."""
    return text[:limit].replace("\x00", "").encode("utf-8", "ignore").decode()
