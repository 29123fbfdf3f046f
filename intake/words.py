"""Reads words that carry nothing, pictures, and those behind which something follows."""

import re

from intake.sentence import Sentence, pattern

#: Said when something is collected, as opposed to looked at.
COLLECTING = frozenset("pull crawl scrape fetch collect download gather grab".split())
_FILLERS = COLLECTING | frozenset(
    """
    's a about add again also an and any anything are as at based can check cheers clawdbot company concerning could
    create cud data discussion discussions do find first for from get gimme give hello hey hi i i'd i'll in into is
    it it's its job just kindly latest lemme let's lets like load make me mention mentioned mentioning mentions need
    new of on only people please pls plz posts queue recent regarding related run say saying says schedule search
    shares show some start stock symbol symbols talking task thank thanks that the their them there these they this
    those thread threads thx ticker tickers to tweets ty u unscored us versus vs want we well what what's whats with
    would you you're
    """.split()
)
#: Other short words in capitals may be symbols.
_NO_SYMBOLS = frozenset("AND I PLS PLZ THE".split())
#: Where everything is in capitals, "NVDA AND IT" may mean two symbols.
_PRONOUNS = frozenset("IT ITS THEM THIS THESE THOSE THEY ALL ARE US ME".split())
_LISTED = re.compile(r"(?:\bAND|[,&+])\s*$")
JOINER = re.compile(r"\band\b|\bvs\b|\bversus\b|\bplus\b|\bas\s+well\s+as\b|[,&+;]", re.IGNORECASE)
_THEN = pattern(
    r"(?:and )?(?:then|after that|afterwards?|followed by|finally"
    r"|(?:once|when) (?:that is|that's|it is|it's|they are|they're) (?:done|finished|over|in))"
)
_PICTURES = re.compile(
    "[\u200d\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\ufe0e\ufe0f\u20e3\U0001f000-\U0001faff\U000e0020-\U000e007f]+"
)
_WORD = re.compile(r"[^\s\x00,;:!?&+()]+")


def read_then(sentence: Sentence) -> None:
    """Take the words behind which a follow-up begins."""
    for found in sentence.find(_THEN):
        sentence.take("then", None, found.span())


def read_fillers(sentence: Sentence) -> None:
    """Take the words that carry nothing."""
    for found in sentence.find(_WORD):
        word = found[0].rstrip(".")
        if word.lower() in _FILLERS and not _may_be_symbol(word, found.start(), sentence):
            sentence.take("ignored", word.lower(), (found.start(), found.start() + len(word)))


def _may_be_symbol(word: str, start: int, sentence: Sentence) -> bool:
    is_first = not sentence.text[:start].strip()
    if sentence.shouted:
        return word in _PRONOUNS and _LISTED.search(sentence.text, 0, start) is not None
    looks_like_one = word.isupper() and len(word) < 6 and word not in _NO_SYMBOLS
    return looks_like_one and not is_first


def read_emoji(sentence: Sentence) -> None:
    """Take pictures and the like, which say nothing here."""
    for found in sentence.find(_PICTURES):
        sentence.take("ignored", found[0], found.span())
