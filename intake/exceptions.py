"""Reads what is left out: "but not tesla", "except AMD", "no tweets", "not from cnbc"."""

import re

from contracts.params.crawl import RedditCrawlParams
from intake.sentence import Mention, Sentence, pattern
from intake.sources import FEEDS

FIELD = "excluded"
_EVERYTHING = pattern(r"everything(?= (?:on|about|for|of) \x00+ ?:)")
#: As the first words say them (`intake.sources`).
_SOURCES = {"reddit_crawl": "reddit", "twitter_crawl": "tweets", "news_crawl": "news", "sec_filing_crawl": "filings"}
_EVERY_SOURCE = pattern(r"everything|all (?:of )?(?:the |your )?(?:sources|channels|feeds)|(?:every|each) source")
#: What is left out stands behind it.
NEGATION = re.compile(
    r"(?:\b(?:everything|anything|all|every)\s+(?:(?:of\s+them|stocks?|tickers?)\s+)?)?(?:(?:,\s*)?\b(?:and|but)\s+)?(?:\b(?:not|no|except|excluding|exclude|without|minus|other\s+than)\b|(?<=\s)but)"
    r"(?:\s+(?:for|from|about|on|the|any))*\s+$",
    re.IGNORECASE,
)
_LIST_GOES_ON = re.compile(r"\s*(?:,|\band\b|\bor\b|\bnor\b|&)\s*", re.IGNORECASE)
_WHICH_TICKERS = "Which tickers, then? A sentence names those that are wanted."
_DEFAULT_SUBREDDITS = list(RedditCrawlParams.model_fields["subreddits"].get_default(call_default_factory=True))


def read_exceptions(sentence: Sentence) -> None:
    """Turn what stands behind "not" into what is left out; ask where nothing else is named, or it goes on as a list."""
    for mention in sorted(sentence.mentions, key=lambda each: each.start):
        if mention.field not in ("ticker", "source", "subreddits", "sources"):
            continue
        found = NEGATION.search(sentence.text, 0, mention.start)
        # Nothing that was understood may lie in the words of the exception.
        if found is None or "\x00" in sentence.rest[found.start() : mention.start]:
            continue
        span = (found.start(), mention.end)
        if (behind := _goes_on(sentence, mention)) is not None:
            both = f'"{sentence.words((found.start(), behind.end)).strip()}"'
            sentence.ask(FIELD, f"{both}: is the last one left out, too? Name only what is wanted.", span)
        elif any(_same(each, mention) and each is not mention for each in sentence.mentions):
            sentence.mentions = [each for each in sentence.mentions if not _equal(each, mention)]
            sentence.take(FIELD, mention.value, span)
        else:
            sentence.mentions.remove(mention)
            _ask_for_the_others(sentence, mention, span)

    if not sentence.of(FIELD) and all(each.field != FIELD for each in sentence.questions):
        _read_everything(sentence)
        _ask_for_every_source(sentence)


def _read_everything(sentence: Sentence) -> None:
    """It says nothing more where the sources are listed: "everything on tsla: reddit, news"."""
    if len({each.value for each in sentence.of("source")}) > 1:
        for found in sentence.find(_EVERYTHING):
            sentence.take("ignored", found[0].lower(), found.span())


def _ask_for_every_source(sentence: Sentence) -> None:
    for found in sentence.find(_EVERY_SOURCE):
        said = ", ".join(_SOURCES.values())
        question = f'"{sentence.words(found.span()).strip()}": from which sources? Name them, like {said}.'
        sentence.ask("task_type", question, found.span(), [sentence.instead(found.span(), said)])


def _same(one: Mention, other: Mention) -> bool:
    return one.field == other.field and one.value != other.value


def _equal(one: Mention, other: Mention) -> bool:
    return one.field == other.field and one.value == other.value


def _goes_on(sentence: Sentence, mention: Mention) -> Mention | None:
    """The next mention of the same kind, joined to this one."""
    behind = [each for each in sentence.mentions if each.start > mention.start and _same(each, mention)]
    following = min(behind, key=lambda each: each.start, default=None)
    if following and _LIST_GOES_ON.fullmatch(sentence.text[mention.end : following.start]):
        return following
    return None


def _ask_for_the_others(sentence: Sentence, mention: Mention, span: tuple[int, int]) -> None:
    words = f'"{sentence.words(span).strip(" ,")}"'
    every = next(sentence.find(_EVERY_SOURCE), None) if mention.field == "source" else None
    if every is not None:
        rest = ", ".join(said for source, said in _SOURCES.items() if source != mention.value)
        answer = sentence.replaced({every.span(): rest, span: ""})
        question = f'"{sentence.words(every.span()).strip()}": all others, then? Name them, like {rest}.'
        sentence.ask(FIELD, question, span, [answer])
        sentence.blot(every.span())
        return
    if mention.field == "sources":
        others = [name for name, feed in FEEDS.items() if feed not in mention.value]
        instead = f"from {', '.join(others[:-1])} and {others[-1]}"
    elif mention.field == "subreddits":
        names = [f"r/{each}" for each in _DEFAULT_SUBREDDITS if each not in mention.value]
        instead = f"on {' and '.join(names)}"
    else:
        what = _WHICH_TICKERS if mention.field == "ticker" else "Which sources, then? Name those that are wanted."
        sentence.ask(FIELD, f"{words}: {what}", span)
        return
    sentence.ask(
        FIELD, f"{words}: name those that are wanted, like '{instead}'.", span, [sentence.instead(span, instead)]
    )
