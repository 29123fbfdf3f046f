"""Reads what is left out: "but not tesla", "except AMD and TSLA", "no tweets or filings", "not from cnbc"."""

import re
from collections.abc import Sequence

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
    r"(?:\b(?:everything|anything|all|every)\s+(?:(?:of\s+them|stocks?|tickers?)\s+)?)?(?:(?:,\s*)?\b(?:and|but)\s+)?"
    r"(?:\b(?:not|no|except|excluding|exclude|without|w/o|minus|neither|other\s+than|(?:apart|aside)\s+from"
    r"|skip|skipping|omit|omitting|ignore|ignoring|(?:leave|leaving)\s+out)\b|(?<=\s)but)"
    r"(?:\s+(?:for|from|about|on|the|any))*\s+$",
    re.IGNORECASE,
)
_LIST_GOES_ON = re.compile(
    r"\s*(?:(?:,\s*)?\b(?:and|or|nor)\b|,|&|/)\s*(?:\b(?:for|from|on|the|any)\b\s*)*", re.IGNORECASE
)
#: Between what is left out, and never before what is wanted after all.
_ALL_ARE_OUT = re.compile(r"\b(?:or|nor)\b", re.IGNORECASE)
_WHICH_TICKERS = "Which tickers, then? A sentence names those that are wanted."
_DEFAULT_SUBREDDITS = list(RedditCrawlParams.model_fields["subreddits"].get_default(call_default_factory=True))


def read_exceptions(sentence: Sentence) -> None:
    """Turn what stands behind "not" into what is left out; ask where nothing else is named, or the list may end."""
    for mention in sorted(sentence.mentions, key=lambda each: each.start):
        if mention.field not in ("ticker", "source", "subreddits", "sources") or mention not in sentence.mentions:
            continue
        found = NEGATION.search(sentence.text, 0, mention.start)
        # Nothing that was understood may lie in the words of the exception.
        if found is None or "\x00" in sentence.rest[found.start() : mention.start]:
            continue
        _leave_out(sentence, found.start(), _listed(sentence, mention))

    if not sentence.of(FIELD) and all(each.field != FIELD for each in sentence.questions):
        _read_everything(sentence)
        _ask_for_every_source(sentence)


def _leave_out(sentence: Sentence, start: int, listed: list[Mention]) -> None:
    span = (start, listed[-1].end)
    out = [each.value for each in listed]
    if not _are_all_out(sentence, listed):
        _ask_about_the_last(sentence, span, listed)
    elif any(each.field == listed[0].field and each.value not in out for each in sentence.mentions):
        sentence.mentions = [each for each in sentence.mentions if not any(_equal(each, one) for one in listed)]
        for value in out:
            sentence.take(FIELD, value, span)
    else:
        sentence.mentions = [each for each in sentence.mentions if each not in listed]
        _ask_for_the_others(sentence, listed, span)


def _listed(sentence: Sentence, mention: Mention) -> list[Mention]:
    """What is joined to this one as a list of the same kind."""
    listed = [mention]
    for each in sentence.of(mention.field):
        between = sentence.text[listed[-1].end : each.start]
        if each.start > listed[-1].start and _LIST_GOES_ON.fullmatch(between):
            listed.append(each)
    return listed


def _are_all_out(sentence: Sentence, listed: Sequence[Mention]) -> bool:
    """Of "not AMD and TSLA" the last may be wanted, unless both were named before, or it says "or"."""
    if len(listed) == 1 or _ALL_ARE_OUT.search(sentence.text, listed[0].end, listed[-1].start):
        return True
    if listed[0].field == "source" and next(sentence.find(_EVERY_SOURCE), None):
        return True
    before = [each for each in sentence.mentions if each.end <= listed[0].start]
    return all(any(_equal(each, one) for each in before) for one in listed)


def _ask_about_the_last(sentence: Sentence, span: tuple[int, int], listed: Sequence[Mention]) -> None:
    words, last = f'"{sentence.words(span).strip(" ,")}"', listed[-1]
    answers = [sentence.instead(span, "").rstrip(" ,"), sentence.instead((span[0], last.start), " and ")]
    question = f'{words}: is "{sentence.words((last.start, last.end))}" left out, too?'
    sentence.ask(FIELD, question, span, answers)
    sentence.mentions = [each for each in sentence.mentions if each not in listed]


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


def _equal(one: Mention, other: Mention) -> bool:
    return one.field == other.field and one.value == other.value


def _ask_for_the_others(sentence: Sentence, listed: Sequence[Mention], span: tuple[int, int]) -> None:
    words, field = f'"{sentence.words(span).strip(" ,")}"', listed[0].field
    out = [each.value for each in listed]
    every = next(sentence.find(_EVERY_SOURCE), None) if field == "source" else None
    if every is not None:
        rest = ", ".join(said for source, said in _SOURCES.items() if source not in out)
        answer = sentence.replaced({every.span(): rest, span: ""})
        question = f'"{sentence.words(every.span()).strip()}": all others, then? Name them, like {rest}.'
        sentence.ask(FIELD, question, span, [answer])
        sentence.blot(every.span())
        return
    if field == "sources":
        others = [name for name, feed in FEEDS.items() if all(feed not in each for each in out)]
        instead = f"from {', '.join(others[:-1])} and {others[-1]}"
    elif field == "subreddits":
        names = [f"r/{each}" for each in _DEFAULT_SUBREDDITS if all(each not in some for some in out)]
        instead = f"on {' and '.join(names)}"
    else:
        what = _WHICH_TICKERS if field == "ticker" else "Which sources, then? Name those that are wanted."
        sentence.ask(FIELD, f"{words}: {what}", span)
        return
    sentence.ask(
        FIELD, f"{words}: name those that are wanted, like '{instead}'.", span, [sentence.instead(span, instead)]
    )
