"""A sentence in, tasks or questions out. What is not understood is asked about; nothing is guessed."""

from collections.abc import Callable, Collection
from datetime import datetime

from contracts.task_types import InvalidTaskParams, parse_params
from contracts.tasks.plain_language import MOST_CHARACTERS, ParsedText, ProposedFollowUp, ProposedTask, Understood
from intake.amounts import read_limits, read_priorities
from intake.building import build
from intake.ranges import read_ranges
from intake.sentence import Mention, Sentence
from intake.sources import read_analyses, read_numbered_forms, read_pages, read_quotes, read_sources
from intake.starts import read_starts
from intake.tickers import read_cashtags, read_tickers
from intake.words import ask_about_rest, read_fillers, read_then

#: What a mention is called in the answer, where that is not its own name.
_FIELDS = {"source": "task_type", "analysis": "task_type", "quoted": "text", "then": "follow_ups"}
_ENGLISH = "Only English is understood, like: pull the last 30 days of $NVDA from Reddit tomorrow at 8, high."


def parse(text: str, now: datetime, watched: Collection[str] = frozenset()) -> ParsedText:
    """Read a sentence.

    ``now``: with the time zone of who wrote it. ``watched``: the symbols of the watchlist.

    Raises:
        ValueError: it is longer than MOST_CHARACTERS, or ``now`` has no time zone.
    """
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"A sentence has at most {MOST_CHARACTERS:,} characters.")
    if now.tzinfo is None:
        raise ValueError("now needs a time zone")
    sentence = Sentence(text)
    ignored = _read(sentence, now, watched)
    tasks = build(sentence, now.date())
    for task in tasks:
        _validate(sentence, task)
    return ParsedText(
        text=text,
        timezone=str(now.tzinfo),
        tasks=[] if sentence.questions else tasks,
        understood=_understood(sentence),
        ignored=ignored,
        questions=sentence.questions,
    )


def _read(sentence: Sentence, now: datetime, watched: Collection[str]) -> list[str]:
    """Let everybody take their words, the most certain first; returns the words that carry nothing."""
    readers: tuple[Callable[[Sentence], None], ...] = (
        read_quotes,
        read_pages,
        read_cashtags,
        lambda each: read_ranges(each, now),
        lambda each: read_starts(each, now),
        read_then,
        read_numbered_forms,
        read_limits,
        read_sources,
        read_analyses,
        read_priorities,
        lambda each: read_tickers(each, watched),
    )
    for reader in readers:
        reader(sentence)
    ignored = read_fillers(sentence)
    known = len(sentence.mentions) - len(ignored)
    ask_about_rest(sentence)
    unknown = sum(len(each.question.split('"')[1].split()) for each in sentence.questions if each.field == "text")
    if unknown > 2 and unknown > known:
        sentence.ask("text", _ENGLISH)
    return ignored


def _validate(sentence: Sentence, task: ProposedTask | ProposedFollowUp) -> None:
    """What the type does not take is asked about."""
    try:
        if not sentence.questions:
            parse_params(task.task_type, task.params)
    except InvalidTaskParams as error:
        for field, message in error.errors:
            sentence.ask(field.removeprefix("params."), f"{field.removeprefix('params.')}: {message}.")
    for follow_up in task.follow_ups:
        _validate(sentence, follow_up)


def _understood(sentence: Sentence) -> list[Understood]:
    kept = sorted((each for each in sentence.mentions if each.field != "ignored"), key=lambda each: each.start)
    return [_shown(sentence, each) for each in kept]


def _shown(sentence: Sentence, mention: Mention) -> Understood:
    value = mention.value.isoformat() if isinstance(mention.value, datetime) else mention.value
    return Understood(
        field=_FIELDS.get(mention.field, mention.field),
        value=value,
        text=sentence.words((mention.start, mention.end)),
        start=mention.start,
    )
