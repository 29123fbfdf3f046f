"""Decides what mentions a ticker. Everything that looks for tickers in texts goes by this module.

A cashtag ($nvda) and a symbol behind its exchange (NYSE: IT) always count. A symbol in capitals counts, unless it is a
word, too (IT, ALL, NOW): then something beside it has to say that the share is meant. In small letters it counts only
where a source has found the text by the symbol.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from contracts.tickers.abbreviations import is_called, means_something_else
from contracts.tickers.emphasis import is_emphasis
from contracts.tickers.exchanges import SUFFIX, names_of_exchange
from contracts.tickers.letters import means_a_share
from contracts.tickers.plain_words import is_plain_word
from contracts.tickers.spelling import share_class
from contracts.tickers.words import COMMON_WORDS, GRAMMAR, LOUD_LETTERS, ORDINARY_WORDS

#: These three are written so that Postgres reads them, too. `$BRK.B.` is BRK.B, `$SHOP.TO` not SHOP,
#: `$USD5` and `A$AP` are nothing.
CASHTAG: Final = rf"(?<![A-Za-z0-9$])\$([A-Za-z]{{1,5}}(?:\.{SUFFIX}|[./-][A-Za-z])?)(?![A-Za-z0-9])"
EXCHANGE: Final = (
    r"(?:NYSE(?:ARCA|AMERICAN)?|Nyse|(?:NASDAQ|Nasdaq)(?:G[SM]|CM)?|AMEX|ARCA|CBOE|BATS|OTC(?:QB|QX|MKTS)?)"
    r"(?: American| Arca)?"
)
LISTED: Final = rf"{EXCHANGE} ?[:-] ?\$?([A-Z]{{1,5}}(?:[./-][A-Z])?)(?![A-Za-z0-9])"

_RESULTS = r"(?:results?|earnings|quarter\w*|q[1-4]|revenues?|guidance|eps|dividends?|profits?|sales|outlook|forecast)"
_TELLS = (
    r"(?:reports?|reported|posts?|posted|announces?|announced|beats?|misse[sd]|tops|topped|raises?|raised|cuts?|lowers?|"
    r"lowered|declares?|declared)"
)
_WHICH = (
    r"(?:its|strong|weak|record|solid|mixed|better|higher|lower|first|second|third|fourth|q[1-4]|fiscal|full|year|"
    r"full-year|quarter\w*|annual|preliminary|financial|net|adjusted|estimates|for|on|to|and|of|the|[\w-]+-expected|"
    r"than|expected|\d[\w.,/%-]*)"
)
#: What a company does, behind its symbol: "NICE reports third quarter results", "NOW 10-Q is out".
_AS_COMPANY = rf"(?i:\s+{_TELLS}\b[^.!?\n]{{0,30}}\b{_RESULTS}\b|\s+(?:10-[KQ]|8-K|20-F)\b)"
#: The same of a word: "EVERYBODY reports that earnings are up" is no company, nor is "NEW 10-K".
_AS_WORD = rf"(?i:\s+{_TELLS}(?:\s+{_WHICH}){{0,5}}\s+{_RESULTS}\b)"
_AS_OPTION = r"(?:\s+\d{1,2}/\d{1,2})?\s+\$?\d+(?:\.\d+)?\s?[cpCP]\b"
#: The same of a word: "ON 2 p.m." is no option.
_AS_OPTION_OF_WORD = r"\s+(?:\d{1,2}/\d{1,2}\s+\$?\d+(?:\.\d+)?|\$?\d{2,}(?:\.\d+)?)[cpCP]\b(?!\.m)"
#: Behind small letters.
_TRADED = r"(?i:\s+(?:calls?|puts?|shares?|stock|earnings|leaps|options|price target)\b)"
_END = (
    r"(?!\w|-(?:\d|[A-Z](?![A-Za-z]))|\.(?:\d|[A-Z](?![a-z])|(?:com|net|org|io|ai|co|to|ax|pa|hk|ns)\b)|/[A-D]\b|@[A-Za-z]|&[A-Z]\b"
    r"|[\u2019'][a-rt-zA-RT-Z])"
)
_START = r"(?:(?<![\w$@&])|(?<=[A-Z]{2}&))(?<!\b[ru]/)"
#: Where a sentence, a headline or a line begins.
_OPENS = r"(?:(?<![^\n])|(?<=[.!?:;|\u2013\u2014-]\s))"
#: Behind so many shares of a word the word is a symbol, unless it goes on: "100 shares of ALL companies".
_COUNTED_SHARES = r"(?i:\b\d[\d,.]*k?\s+shares\s+(?:of|in)\s+)"
_NO_MORE = r"(?=\s*(?:$|[.,;!?)@\n])|\s(?:at|for|and|today|yesterday)\b)"
_ENUMERATES = re.compile(
    r"\b(?:class|series|plan|vitamin|grade|type|press|section|exhibit|schedule|appendix|option|model|part|rule|item|"
    r"letter|hepatitis|tier|round|the|an?)$",
    re.IGNORECASE,
)
#: Full-width letters, as Japanese keyboards write them, and signs that nobody sees, which break words.
_PLAIN = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | dict.fromkeys(
    (0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF)
)
_MARKDOWN = re.compile(r"(?<![A-Za-z0-9_])_{1,3}(?=\S)|(?<=\S)_{1,3}(?![A-Za-z0-9_])")
_PROFILE = re.compile(r"(?i:\b(?:x|twitter|instagram|tiktok|t)\.(?:com|me)/@?\w+)")
_FUNCTION_WORDS = frozenset("THE TO IS AND OF IN FOR ON ARE THIS THAT YOU MY WE BE WITH IT NOT HAVE".split())


@dataclass(frozen=True)
class Mention:
    """Finds one ticker."""

    #: Says by itself that the share is meant.
    _sure: re.Pattern[str]
    #: The symbol in capitals, and in any letters.
    _bare: re.Pattern[str]
    _small: re.Pattern[str]
    _word: str

    def search(self, text: str, *, found_by_source: bool = False) -> bool:
        """Whether the text mentions the ticker. ``found_by_source``: somebody's search for the symbol brought it."""
        text = _plain(text)
        if self._sure.search(text):
            return True
        bare = (each for each in self._bare.finditer(text) if not means_something_else(text, *each.span()))
        if self._word in COMMON_WORDS or self._word in LOUD_LETTERS:
            return any(_names_a_company(text, found.start(), self._word) for found in bare)
        if any(self._counts(text, found) for found in bare):
            return True
        return found_by_source and len(self._word) > 1 and self._in_small_letters(text)

    def _counts(self, text: str, found: re.Match[str]) -> bool:
        if len(self._word) == 1:
            in_brackets = _names_a_company(text, found.start(), self._word)
            return in_brackets or means_a_share(text, found.start(), found.end())
        if self._word not in ORDINARY_WORDS:
            return True
        place = found.span()
        return not (shouted(_line(text, place[0])) or is_emphasis(text, *place) or is_plain_word(text, *place))

    def _in_small_letters(self, text: str) -> bool:
        for found in self._small.finditer(text):
            clear = len(self._word) > 2 and self._word not in ORDINARY_WORDS
            if clear or re.match(_TRADED, text[found.end() : found.end() + 30]):
                return True
        return False


@lru_cache(1_000)
def mention_of(ticker: str) -> Mention:
    """What finds a ticker, in all its spellings."""
    symbol, letter = share_class(ticker)
    word = re.escape(symbol) + (rf"[.\-/ ]?{letter}" if letter else "")
    # As Reuters writes it: the symbol and its exchange. Of one letter it would be O.K. and U.N.
    reuters = rf"(?<![\w$@&.])(?!\w\.){word}\.(?:OQ?|N|K|US)(?!\w|\.\w)"
    labelled = rf"(?i:ticker|symbol)\s*[:=(]?\s*[\"'\u201c]?{word}{_END}"
    counted = rf"{_COUNTED_SHARES}{word}{_END}{_NO_MORE}"
    bracketed = rf"\({word}\){_AS_COMPANY}"
    sure = rf"\$(?i:{word}){_END}|{EXCHANGE}\s?[:\-]\s?\$?{word}{_END}|{labelled}|{reuters}|{counted}|{bracketed}"
    if names := names_of_exchange(symbol):
        sure += rf"|(?<![A-Za-z])(?:{names})\s?:\s?{re.escape(symbol.rpartition('.')[0])}{_END}"
    return Mention(
        re.compile(f"{sure}|{_acts(word, symbol + letter)}"),
        re.compile(rf"{_START}{word}{_END}"),
        re.compile(rf"{_START}(?i:{word}){_END}"),
        symbol + letter,
    )


def _acts(word: str, symbol: str) -> str:
    """What shows by what stands behind it that a share is meant."""
    if symbol in GRAMMAR or symbol in LOUD_LETTERS:
        return rf"{_START}{word}\s+\d{{1,2}}/\d{{1,2}}\s+\$?\d+(?:\.\d+)?[cpCP]\b"
    if symbol in COMMON_WORDS:
        return rf"{_OPENS}{word}{_AS_WORD}|{_START}{word}{_AS_OPTION_OF_WORD}"
    if len(symbol) == 1:
        return rf"{_START}{word}{_AS_OPTION}"
    # NVDA100C, NVDA261218C00150000.
    run_together = rf"(?<![\w@&]){word}(?:\d{{6}}[CP]\d{{8}}|\d{{1,4}}(?:\.\d+)?[cpCP])\b"
    return rf"{_START}{word}{_AS_OPTION}|{run_together}"


def _plain(text: str) -> str:
    """Without what is between the letters of a symbol and their reader: markup, invisible signs, handles in links."""
    if not text.isascii():
        text = text.translate(_PLAIN)
    if "_" in text:
        text = _MARKDOWN.sub(" ", text)
    return _PROFILE.sub(" ", text) if "/" in text else text


def shouted(text: str) -> bool:
    """Whether a whole line is in capitals, so that capitals say nothing."""
    words = re.findall(r"[A-Za-z]{2,}", text)
    loud = [word for word in words if word.isupper()]
    return len(loud) >= 4 and len(loud) > 0.75 * len(words) and not _FUNCTION_WORDS.isdisjoint(loud)


def without_symbols(text: str) -> str:
    """The text with a neutral word for each symbol that could be taken for one of mood: $LOVE, (NYSE: NICE)."""
    return _SYMBOL.sub(" TICKER ", text)


def readable_bare(symbols: set[str] | dict[str, bool]) -> set[str]:
    """Those of the symbols that are counted without a $: known ones that are no everyday words."""
    return {each for each in symbols if 2 <= len(each.partition(".")[0]) <= 5} - COMMON_WORDS


def _line(text: str, place: int) -> str:
    end = text.find("\n", place)
    return text[text.rfind("\n", 0, place) + 1 : len(text) if end < 0 else end]


def _names_a_company(text: str, place: int, word: str) -> bool:
    """Whether it stands in brackets behind a name ("ServiceNow (NOW)") that it does not just abbreviate."""
    if text[place - 1 : place] != "(" or text[place + len(word) : place + len(word) + 1] != ")":
        return False
    before = text[max(place - 60, 0) : place - 1].rstrip().removesuffix("(The)").rstrip()
    names = re.findall(r"[\w.&'\u2019-]+", before)
    if not names or not before.endswith(names[-1]) or not names[-1][0].isupper() or names[-1] == word:
        return False
    if _ENUMERATES.search(names[-1].rstrip(".")):
        return False
    initials = "".join(name[0] for name in names if name[0].isupper())
    return len(word) == 1 or not initials.endswith(word) or bool(is_called(word, before))


_SYMBOL = re.compile(rf"{CASHTAG}|{LISTED}|\([A-Z]{{1,5}}(?:\.[A-Z])?\)|\b[A-Z]{{1,5}}(?={_AS_COMPANY})")
