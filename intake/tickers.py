"""Finds tickers in a sentence: words with a $, companies by name, and symbols that are listed or on the watchlist."""

import re
from collections.abc import Collection
from difflib import get_close_matches
from functools import lru_cache

from contracts.tickers.abbreviations import means_something_else
from contracts.tickers.listed import Listed
from contracts.tickers.spelling import canonical
from contracts.tickers.words import COMMON_WORDS, ORDINARY_WORDS
from intake.companies import COMPANIES, SEVERAL
from intake.sentence import Sentence, pattern

FIELD = "ticker"

#: More of the abbreviations that people write in capitals, and that are no symbol.
_NO_TICKERS = COMMON_WORDS | frozenset(
    """
    and api asap bot brb btw cet cest cst csv dax dcf dm doc docx edt eom eow eoy eps est eur faq fwiw gmt gpt html
    http json llm mdt mom mst nb nlp ok pdf pdt pls plz ppt ps pst qoq rss sec sql tba tbd tia tl tldr todo txt url
    utc vs wsb xls xlsx xml yoy
    atm atr capex dte ebit ebitda ema fcf fomo fud itm macd mtd nav opex otm pnl qtd roe roi roic rsi sma vwap wacc wtd
    """.upper().split()
)
#: Well-known symbols that in small letters are words, in English or in the languages next to it.
_WORDS_IN_SMALL = ORDINARY_WORDS | frozenset(
    """
    adx etn iot mac nyt
    alle amp arco beta bei coke comp con cor dan dei del des docs eco edit eras extra figs forty four gab gen hum iron
    ist joe keen ken keys las lea lob los main mane mas morn oust par para penn plus por ral ramp reg rio rog sam san
    sans sie sim sky son stub sub sur tel ten tic tri una und via von xyz zeta
    """.upper().split()
)

#: From when on a word is taken for a misspelt name; 1 is the same word.
_CLOSE = 0.85
#: No US symbol is longer, but for its class (BRK.B).
_LONGEST = 5
_SHAPE = r"[A-Za-z]{1,6}(?:[.\-][A-Za-z]{1,2}|/[ABab])?"
_CASHTAG = re.compile(rf"(?<![\w$@#])\$(?P<symbol>{_SHAPE})(?![\w$]|\.\w)")
_BARE = re.compile(rf"(?<![\w$@#/.\-'])(?P<symbol>{_SHAPE}|[A-Za-z]{{1,6}})(?![\w$@/]|[.\-]\w)")


def _named(names: Collection[str]) -> re.Pattern[str]:
    return pattern(rf"(?P<name>{'|'.join(re.escape(each).replace(chr(92) + ' ', ' ') for each in _longest(names))})")


def _longest(names: Collection[str]) -> list[str]:
    return sorted(names, key=len, reverse=True)


_COMPANY = _named(COMPANIES)
_SEVERAL = _named(SEVERAL)


def candidates(text: str) -> set[str]:
    """The words that are worth looking for on the watchlist, as symbols."""
    return {canonical(found["symbol"]) for found in _BARE.finditer(text)}


def read_cashtags(sentence: Sentence) -> None:
    for found in sentence.find(_CASHTAG):
        sentence.take(FIELD, canonical(found["symbol"]), found.span())


def read_tickers(sentence: Sentence, watched: Collection[str], listed: Listed) -> None:
    """Take the tickers without a $. ``watched``: the symbols of the watchlist, or those of them in `candidates`."""
    for found in sentence.find(_COMPANY):
        sentence.take(FIELD, COMPANIES[_plain(found["name"])], found.span())
    for found in sentence.find(_BARE):
        if means_something_else(sentence.text, *found.span("symbol"), asked_for=True):
            continue
        if _is_ticker(found["symbol"], watched, listed, sentence.shouted):
            sentence.take(FIELD, canonical(found["symbol"]), found.span())
    for found in sentence.find(_SEVERAL):
        _ask_which(sentence, found, listed)


def _plain(name: str) -> str:
    return " ".join(name.lower().split())


def _ask_which(sentence: Sentence, found: re.Match[str], listed: Listed) -> None:
    """One name, several shares; or a word that may be no name."""
    symbols = SEVERAL[_plain(found["name"])]
    shown = " or ".join(f"${each} ({listed.called(each) or each})" for each in symbols)
    question = f'"{sentence.words(found.span())}": is {shown} meant? Write the one with its $.'
    sentence.ask(FIELD, question, found.span(), [sentence.instead(found.span(), f"${each}") for each in symbols])


def _is_ticker(word: str, watched: Collection[str], listed: Listed, shouted: bool) -> bool:
    symbol = canonical(word)
    if len(symbol) < 2:
        return False
    in_capitals = word == word.upper() and not shouted
    if symbol in watched:
        return in_capitals or (symbol not in _NO_TICKERS and len(symbol) > 2)
    if symbol in _NO_TICKERS:
        return False
    if in_capitals:
        return symbol in listed.names or not _is_misspelt(symbol)
    if symbol not in listed.well_known or len(symbol) < 3 or symbol in _WORDS_IN_SMALL:
        return False
    # "aple" is a symbol, and Apple with a slip.
    near = nearly_named(word)
    return near is None or COMPANIES[near] == symbol


def _is_misspelt(symbol: str) -> bool:
    """NVIDA and APPL are no symbols but names, nearly."""
    return len(re.split(r"[.\-]", symbol)[0]) > _LONGEST or nearly_named(symbol) is not None


@lru_cache(maxsize=4_096)
def nearly_named(words: str, close: float = _CLOSE) -> str | None:
    """The company that is called so but for a slip; None: there is none."""
    found = get_close_matches(words.lower(), COMPANIES, n=1, cutoff=close)
    return found[0] if found else None
