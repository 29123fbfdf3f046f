"""Recognises the marks that Reddit puts in place of a text that is no longer there, and who took it away."""

import re

#: `[deleted]`, `[ Removed by Reddit ]`, `[removed by moderator]`, `[deleted by user]`, with a reason behind it or not,
#: in which there may be a link: `[ Removed by Reddit on account of violating the [content policy](/help/policy). ]`.
_MARK = re.compile(
    r"\s*\[\s*(?P<how>deleted|removed)"
    r"(?P<by>\s+(?:by|in response|on account)\s(?:[^\[\]]|\[[^\[\]]{1,80}\]){1,200})?\s*\]\s*",
    re.IGNORECASE,
)


def is_gone(text: str) -> bool:
    """Whether this is no text, but says that there was one."""
    return _MARK.fullmatch(text) is not None


def is_taken_back(text: str) -> bool:
    """Whether its author, or the law, took it away: then what was stored of it goes, too."""
    found = _MARK.fullmatch(text)
    return found is not None and (found["how"].lower() == "deleted" or "copyright" in (found["by"] or "").lower())
