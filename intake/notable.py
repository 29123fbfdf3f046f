"""Tells which of the ignored words people hear of: those that might have meant something.

To be told "Ignored: crawl, for" reads as if something was lost. Of a word that could carry meaning it must be told.
"""

import re

from intake.sentence import Mention, Sentence
from intake.steps import source_of
from intake.words import COLLECTING

#: Articles, prepositions, pronouns, courtesy, and verbs by which anything is asked for.
_PLAIN = frozenset(
    """
    's a also an and are as at can cheers clawdbot concerning could create do for from get gimme give hello hey hi i
    i'd i'll in into is it it's its job kindly lemme let's lets make me need of on please pls plz queue regarding
    related run start task thank thanks that the their them there these they this those thx to ty u us want we with
    would you you're
    """.split()
)
#: What the name of the source, or the ticker, has said already.
_OF_POSTS = frozenset("posts tweets mention mentioned mentioning mentions".split())
_OF_A_TICKER = frozenset("company stock symbol symbols ticker tickers".split())
_WITH_POSTS = {"reddit_crawl", "twitter_crawl"}
#: "About 50 posts" is no number that is kept exactly; "stocks like NVDA" are others, but "I'd like news" is courtesy.
_A_NUMBER = re.compile(r"\s*\d")
_WOULD = re.compile(r"(?:would|'d)\s*$", re.IGNORECASE)


def notable(sentence: Sentence) -> list[str]:
    """The words that nobody read and that say more than what was understood, in the order of the sentence."""
    sources = {source for each in sentence.mentions if (source := source_of(each))}
    covered = _PLAIN
    if sources or sentence.of("url"):
        covered |= COLLECTING
    if sources & _WITH_POSTS:
        covered |= _OF_POSTS
    if sentence.of("ticker"):
        covered |= _OF_A_TICKER
    left = (each for each in sentence.of("ignored") if each.value not in covered and not _is_plain_here(sentence, each))
    return [sentence.words((each.start, each.end)) for each in left]


def _is_plain_here(sentence: Sentence, word: Mention) -> bool:
    if word.value == "about":
        return not _A_NUMBER.match(sentence.text, word.end)
    return word.value == "like" and bool(_WOULD.search(sentence.text[: word.start]))
