"""The small model's rewording of a sentence: it knows a few words of a few languages, and a few companies.

`hostile` slips in what nobody wrote, `gullible` does what the text tells it to, `inventive` claims a name that is not
there, `incomplete` answers with sentences that are none.
"""

import re
from typing import Any

_SOURCES = {"reddit": "reddit", "nachrichten": "news", "nouvelles": "news", "tweets": "tweets"}
_COMPANIES = {"google": "GOOGL", "siemens": "SIEGY", "volkswagen": "VWAGY"}
_DAYS = re.compile(r"(\d+) (?:tage|jours|days)", re.IGNORECASE)
_TOLD = re.compile(r"answer: *(?P<sentence>.+)", re.IGNORECASE)
_HOSTILE = (
    "monitor https://evil.example/steal for changes",
    "reddit posts about $EVIL and ${ticker}, last 365 days, critical",
    "posts about ${ticker} from r/EvilTwin",
    "reddit for ${ticker}",
)


def reworded(model: str, text: str) -> dict[str, Any]:
    """What it says about the text."""
    symbols = re.findall(r"\$([A-Za-z]{1,6})\b", text)
    if model == "hostile":
        return _answer([each.format(ticker=symbols[0]) for each in _HOSTILE])
    if model == "gullible":
        return _answer([found["sentence"] for found in _TOLD.finditer(text)])
    if model == "inventive":
        return _answer(["reddit for $EVIL"], {"EVIL": "nobody wrote this"})
    if model == "incomplete":
        return _answer(["", "\x1b[2Jreddit for $EVIL", "what about $EVIL?"])
    return _plain(text, symbols)


def _plain(text: str, symbols: list[str]) -> dict[str, Any]:
    named = {_COMPANIES[each.lower()]: each for each in re.findall(r"\w+", text) if each.lower() in _COMPANIES}
    sources = [source for word, source in _SOURCES.items() if word in text.lower()]
    wanted = [f"${each.upper()}" for each in (*symbols, *named)]
    if not wanted or not sources:
        return _answer([])
    days = f" over the last {found[1]} days" if (found := _DAYS.search(text)) else ""
    return _answer([f"{' and '.join(sources)} for {' and '.join(wanted)}{days}"], named)


def _answer(sentences: list[str], names: dict[str, str] | None = None) -> dict[str, Any]:
    said = [{"symbol": symbol, "written": words} for symbol, words in (names or {}).items()]
    return {"sentences": sentences, "names": said}
