"""A sentence in, tasks or questions out. What is not understood is asked about; nothing is guessed."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from contracts.task_types import InvalidTaskParams, parse_params
from contracts.tasks.plain_language import MOST_CHARACTERS, ParsedText, ProposedFollowUp, ProposedTask, Understood
from contracts.tickers.listed import Listed, shipped
from intake.amounts import read_limits, read_priorities
from intake.asides import read_aside
from intake.building import build
from intake.exceptions import read_exceptions
from intake.languages import in_english, language_of
from intake.notable import notable
from intake.opinions import read_opinions
from intake.rest import ask_about_rest
from intake.sectors import ask_about_sectors
from intake.sentence import Mention, Sentence
from intake.settling import settle
from intake.sources import read_analyses, read_numbered_forms, read_pages, read_quotes, read_selectors, read_sources
from intake.starts import read_starts
from intake.steering import FIELD as COMMAND
from intake.steering import command_for
from intake.tickers import read_cashtags, read_tickers
from intake.times.ranges import read_ranges
from intake.times.repeats import Repetition, ask_about_open_repetition, read_repetition
from intake.times.years import ask_about_years
from intake.watchlist import read_watchlist
from intake.words import read_emoji, read_fillers, read_then

#: What a mention is called in the answer, where that is not its own name.
_FIELDS = {"source": "task_type", "analysis": "task_type", "quoted": "text", "then": "follow_ups"}


def parse(
    text: str,
    now: datetime,
    watched: Collection[str] = frozenset(),
    listed: Listed | None = None,
    watchlist: Sequence[str] = (),
) -> ParsedText:
    """Read a sentence.

    Args:
        now: with the time zone of who wrote it.
        watched: words of the sentence that are symbols of the watchlist.
        listed: which symbols there are; default: those that are shipped.
        watchlist: all of its symbols, where the sentence speaks of it (`intake.watchlist`).

    Raises:
        ValueError: it is longer than MOST_CHARACTERS, or ``now`` has no time zone.
    """
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"A sentence has at most {MOST_CHARACTERS:,} characters.")
    if now.tzinfo is None:
        raise ValueError("now needs a time zone")
    known = _Known(now, watched, listed or shipped(), watchlist)
    sentence, parsed = _parsed(text, known)
    return parsed.model_copy(update={"questions": settle(sentence, lambda each: _parsed(_once(each, known), known)[1])})


@dataclass(frozen=True)
class _Known:
    """What is known beside the sentence."""

    now: datetime
    watched: Collection[str]
    listed: Listed
    watchlist: Sequence[str]


def _parsed(text: str, known: _Known) -> tuple[Sentence, ParsedText]:
    sentence = Sentence(text)
    if command := _command(text, known):
        sentence.ask(COMMAND, f'"{" ".join(text.split())}" is no task. {command}', (0, len(text)))
        tasks = list[ProposedTask]()
    else:
        _read(sentence, known)
        tasks = build(sentence, known.now.date())
    for task in tasks:
        _validate(sentence, task)
    return sentence, ParsedText(
        text=text,
        timezone=str(known.now.tzinfo),
        tasks=[] if sentence.questions else tasks,
        understood=_understood(sentence),
        ignored=[sentence.words((each.start, each.end)) for each in sentence.of("ignored")],
        notable=notable(sentence),
        questions=sentence.questions,
    )


def _once(answer: str, known: _Known) -> str:
    """An answer that repeats makes a schedule: what is left of it has to be understood."""
    read = read_repetition(answer, str(known.now.tzinfo))
    return read.rest if isinstance(read, Repetition) else answer


def _read(sentence: Sentence, known: _Known) -> None:
    """Let everybody take their words, the most certain first, and what carries nothing last."""
    for reader in _readers(known):
        reader(sentence)
    understood = len(sentence.mentions)
    read_emoji(sentence)
    read_fillers(sentence)
    ask_about_rest(sentence, known.listed, understood)


def _readers(known: _Known) -> tuple[Callable[[Sentence], None], ...]:
    return (
        read_pages,
        read_selectors,
        read_quotes,
        read_cashtags,
        lambda each: read_watchlist(each, known.watchlist),
        lambda each: read_aside(each, lambda clause: _command(clause, known)),
        ask_about_open_repetition,
        lambda each: read_ranges(each, known.now),
        lambda each: read_starts(each, known.now),
        read_then,
        read_numbered_forms,
        read_limits,
        read_sources,
        lambda each: ask_about_years(each, known.now.date()),
        read_analyses,
        read_opinions,
        read_priorities,
        lambda each: read_tickers(each, known.watched, known.listed),
        read_exceptions,
        ask_about_sectors,
    )


def _command(text: str, known: _Known) -> str | None:
    """What does it, if it is no task that is asked for."""
    sentence = Sentence(text)
    for reader in (read_pages, read_quotes, read_cashtags, read_sources):
        reader(sentence)
    read_tickers(sentence, known.watched, known.listed)
    return command_for(sentence) or _command_in_english(text, known)


def _command_in_english(text: str, known: _Known) -> str | None:
    """Of a sentence that is in another language throughout."""
    language = language_of(text, [text])
    english = in_english(text, language) if language else text
    command = _command(english, known) if english != text else None
    return command and f'This looks like {language}, for "{english}". {command}'


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
    return [_shown(sentence, list(same)) for _, same in groupby(kept, lambda each: (each.start, each.end, each.field))]


def _shown(sentence: Sentence, said: list[Mention]) -> Understood:
    """What was read from the same words: one value, or all tickers of the watchlist."""
    first, values = said[0], [_plain(each.value) for each in said]
    return Understood(
        field=_FIELDS.get(first.field, first.field),
        value=values[0] if len(values) == 1 else values,
        text=sentence.words((first.start, first.end)),
        start=first.start,
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
