"""Finds tickers in a sentence: words with a $, and words in capitals or on the watchlist."""

import re
from collections.abc import Collection
from difflib import get_close_matches

from contracts.tickers.spelling import canonical
from contracts.tickers.words import COMMON_WORDS
from intake.sentence import Sentence, pattern

FIELD = "ticker"

#: More of the abbreviations that people write in capitals, and that are no symbol.
_NO_TICKERS = COMMON_WORDS | frozenset(
    """
    and api asap bot brb btw cet cest cst csv dax dcf dm doc docx edt eom eow eoy eps est eur faq fwiw gmt gpt html
    http json llm mdt mom mst nb nlp ok pdf pdt pls plz ppt ps pst qoq rss sec sql tba tbd tia tl tldr todo txt url
    utc vs wsb xls xlsx xml yoy
    """.upper().split()
)
#: Companies that everybody calls by one name and that have one symbol. Not in it: Google (two symbols).
COMPANIES = {
    "nvidia": "NVDA", "apple": "AAPL", "tesla": "TSLA", "microsoft": "MSFT", "amazon": "AMZN", "netflix": "NFLX",
    "palantir": "PLTR", "gamestop": "GME", "intel": "INTC", "broadcom": "AVGO", "coinbase": "COIN", "oracle": "ORCL",
    "qualcomm": "QCOM", "micron": "MU", "salesforce": "CRM", "boeing": "BA", "pfizer": "PFE", "moderna": "MRNA",
    "walmart": "WMT", "costco": "COST", "starbucks": "SBUX", "spotify": "SPOT", "airbnb": "ABNB", "shopify": "SHOP",
}  # fmt: skip

#: From when on a word is taken for a misspelt name; 1 is the same word.
CLOSE = 0.85
#: No US symbol is longer, but for its class (BRK.B).
_LONGEST = 5
_SHAPE = r"[A-Za-z]{1,6}(?:[.\-][A-Za-z]{1,2}|/[ABab])?"
_CASHTAG = re.compile(rf"(?<![\w$@#])\$(?P<symbol>{_SHAPE})(?![\w$]|\.\w)")
_BARE = re.compile(rf"(?<![\w$@#/.\-'])(?P<symbol>{_SHAPE}|[A-Za-z]{{1,6}})(?![\w$@/]|[.\-]\w)")
_COMPANY = pattern(rf"(?P<name>{'|'.join(COMPANIES)})")


def candidates(text: str) -> set[str]:
    """The words that are worth looking for on the watchlist, as symbols."""
    return {canonical(found["symbol"]) for found in _BARE.finditer(text)}


def read_cashtags(sentence: Sentence) -> None:
    for found in sentence.find(_CASHTAG):
        sentence.take(FIELD, canonical(found["symbol"]), found.span())


def read_tickers(sentence: Sentence, watched: Collection[str]) -> None:
    """Take the tickers without a $. ``watched``: the symbols of the watchlist, or those of them in `candidates`."""
    for found in sentence.find(_COMPANY):
        sentence.take(FIELD, COMPANIES[found["name"].lower()], found.span())
    for found in sentence.find(_BARE):
        if _is_ticker(found["symbol"], watched, sentence.shouted):
            sentence.take(FIELD, canonical(found["symbol"]), found.span())


def _is_ticker(word: str, watched: Collection[str], shouted: bool) -> bool:
    symbol = word.upper()
    if len(symbol) < 2:
        return False
    in_capitals = word == symbol and not shouted
    if symbol in watched:
        return in_capitals or (symbol not in _NO_TICKERS and len(symbol) > 2)
    return in_capitals and symbol not in _NO_TICKERS and not _is_misspelt(symbol)


def _is_misspelt(symbol: str) -> bool:
    """NVIDA and APPL are no symbols but names, nearly."""
    return len(re.split(r"[.\-]", symbol)[0]) > _LONGEST or bool(
        get_close_matches(symbol.lower(), COMPANIES, n=1, cutoff=CLOSE)
    )
