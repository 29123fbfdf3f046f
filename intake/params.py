"""Builds the params of one task from the mentions of one step; asks about those that do not fit its type."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from contracts.task_types import TASK_TYPES
from intake.sentence import Mention, Sentence
from intake.steps import Step, source_of

#: What a summary calls the rows of a source.
NAMES = {type_: kind.spec.source for type_, row in TASK_TYPES.items() for kind in row.writes if kind.spec.source}
#: Whose posts can be scored, under which name.
SCORED = {type_: kind.spec.source for type_, row in TASK_TYPES.items() for kind in row.writes if kind.opinions}
_READABLE = {"reddit_crawl": "Reddit", "twitter_crawl": "X", "news_crawl": "news", "sec_filing_crawl": "SEC filings"}
#: Fields of the whole sentence, not of one task.
_OF_ALL = ("ticker", "priority", "run_at", "ignored", "then", "order", "excluded")
_FITTING = {
    "reddit_crawl": ("source", "subreddits", "date_range", "limit", "comments"),
    "twitter_crawl": ("source", "date_range", "limit"),
    "news_crawl": ("source", "sources", "date_range"),
    "sec_filing_crawl": ("source", "filing_types", "date_range", "limit"),
    "ai_sentiment": ("source", "analysis"),
    "ai_summary": ("source", "analysis", "date_range"),
}
#: How far back X can be searched.
_X_DAYS = 7


def crawl_params(sentence: Sentence, step: Step, source: str, today: date) -> dict[str, Any]:
    """What is collected; without the ticker."""
    several = len(step.sources) > 1
    mentions = [each for each in step.mentions if source_of(each) in ("", source)]
    shared = [each for each in mentions if not source_of(each)]
    if several and any(each.field in ("limit", "comments") for each in shared):
        sentence.ask("limit", "For which of the sources is the number? Write one sentence for each source.")
    ask_about_misfits(sentence, mentions, source, _READABLE[source])
    params: dict[str, Any] = {}
    for list_ in ("subreddits", "sources", "filing_types"):
        named = [name for each in mentions if each.field == list_ for name in each.value]
        if named:
            params[list_] = list(dict.fromkeys(named))
    for field in ("date_range", "limit", "comments"):
        value = only(sentence, [each for each in mentions if each.field == field])
        if value is not None:
            params[field] = value
    if len(params.get("subreddits", ())) > 1:
        _ask_about_each(sentence, mentions)
    for each in (each for each in mentions if each.field == "order"):
        if source == "reddit_crawl":
            params["order"] = "best"
        else:
            _ask_about_order(sentence, each, _READABLE[source], params.get("limit"))
    if params.get("limit") == 1 and len(params.get("filing_types", ())) > 1:
        sentence.ask("limit", "How many filings of all these forms together? Say it like '2 filings'.")
    if source == "twitter_crawl" and _is_too_old(params.get("date_range"), today):
        said = [each for each in mentions if each.field == "date_range"]
        answers = [sentence.instead((each.start, each.end), f"last {_X_DAYS} days") for each in said]
        question = f"X can be searched {_X_DAYS} days back. Ask for the last {_X_DAYS} days at most."
        sentence.ask("date_range", question, answers=answers)
    return params


def _ask_about_each(sentence: Sentence, mentions: Iterable[Mention]) -> None:
    for span in ((each.start, each.end) for each in mentions if each.field == "limit"):
        if (words := sentence.words(span)).lower().endswith("each"):
            question = f'"{words}": a number holds for each ticker, over all of its subreddits. Is that meant?'
            sentence.ask("limit", question, span, [sentence.instead(span, "")])


def _ask_about_order(sentence: Sentence, order: Mention, source: str, limit: int | None) -> None:
    """Which are best is known of Reddit alone."""
    span = (order.start, order.end)
    newest = [sentence.instead(span, f"latest {limit}")] if limit else []
    question = f'"{sentence.words(span)}": of {source}, the newest come first; only Reddit is asked for the best.'
    sentence.ask("order", question, answers=newest)


def sentiment_params(sentence: Sentence, step: Step, sources: list[str]) -> dict[str, Any]:
    """What is scored. ``sources``: where the posts come from."""
    ask_about_misfits(sentence, step.mentions, "ai_sentiment", "the sentiment, which is scored for all new posts")
    if len(sources) != 1 or sources[0] not in SCORED:
        sentence.ask("source", "Sentiment is scored for Reddit or for X. Name one of them.")
        return {}
    return {"source": SCORED[sources[0]]}


def summary_params(
    sentence: Sentence, step: Step, data_sources: list[str], range_: dict[str, Any] | None
) -> dict[str, Any]:
    """What is summarised; ``range_`` unless the step names one itself."""
    ask_about_misfits(sentence, step.mentions, "ai_summary", "a summary")
    window = only(sentence, step.of("date_range")) or range_
    return ({"data_sources": data_sources} if data_sources else {}) | ({"window": window} if window else {})


def ask_about_misfits(sentence: Sentence, mentions: Iterable[Mention], task_type: str, what: str) -> None:
    for each in mentions:
        if each.field not in _FITTING.get(task_type, ()) and each.field not in _OF_ALL:
            words = sentence.words((each.start, each.end))
            sentence.ask(
                each.field,
                f'"{words}" does not go with {what}. Leave it out, or give it its own sentence.',
                answers=[sentence.instead((each.start, each.end), "")],
            )


def only(sentence: Sentence, mentions: list[Mention]) -> Any:
    """The value that all of them have; None if there is none, or if they differ, which is asked about."""
    values = [each.value for each in mentions]
    if any(each != values[0] for each in values):
        words = " or ".join(f'"{sentence.words((each.start, each.end))}"' for each in mentions)
        spans = [(each.start, each.end) for each in mentions]
        answers = [sentence.replaced({one: "" for one in spans if one != kept}) for kept in spans]
        sentence.ask(mentions[0].field, f"Which one counts: {words}? For both, write two sentences.", answers=answers)
        return None
    return values[0] if values else None


def _is_too_old(range_: dict[str, Any] | None, today: date) -> bool:
    if not range_:
        return False
    first = today - timedelta(days=_X_DAYS)
    return range_.get("last_days", 0) > _X_DAYS or date.fromisoformat(range_.get("from", str(today))) < first
