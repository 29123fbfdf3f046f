"""From what was understood to tasks. Where the parts may belong together in two ways, it asks."""

from datetime import date
from typing import Any

from contracts.tasks.plain_language import ProposedFollowUp, ProposedTask
from contracts.tasks.priority import NORMAL
from intake.following import Before, follow_ups_of
from intake.pairs import pairs_of
from intake.params import NAMES, ask_about_misfits, crawl_params, only, sentiment_params, summary_params
from intake.sentence import Mention, Sentence
from intake.settling import SEPARATE
from intake.steps import Step, are_joined, is_cut_off, source_of, steps_of

_WHAT = (
    "What is to be done? Name a source (Reddit, X, news, SEC filings), 'sentiment' or 'summary', or a page to monitor."
)
_WHICH = "Which ticker? Write it like $NVDA."
_COLLECT_OR_READ = (
    "Is it to be collected first? Say 'pull reddit for $NVDA, then score the sentiment', "
    "or 'reddit sentiment of $NVDA' for what is there already."
)
_ONCE_FOR_EACH = (
    "What follows several sources would come once for each. Write one sentence for each source; or make a plan of it, "
    "which waits for all of them: `clawdbot plans propose`."
)
_OPERATIONS = {"ai_summary": "summarize"}


def build(sentence: Sentence, today: date) -> list[ProposedTask]:
    """The tasks; where something is open, the sentence has questions, and they mean nothing."""
    steps = steps_of(sentence)
    if any(each.of("run_at") for each in steps[1:]):
        sentence.ask("run_at", "What starts then? Say the time before the first task, like 'tomorrow at 8: …'.")
    if sentence.of("url") or sentence.of("quoted"):
        return [_about_text(sentence, steps)]
    return _about_tickers(sentence, steps, today)


def _about_text(sentence: Sentence, steps: list[Step]) -> ProposedTask:
    """A page or a quoted text: one task, about nothing else."""
    if len(steps) > 1:
        sentence.ask("follow_ups", "Nothing can follow this. Write a sentence of its own for it.")
    task_type, params = ("web_monitor" if sentence.of("url") else "llm_task"), dict[str, Any]()
    if task_type == "web_monitor":
        params["url"] = only(sentence, sentence.of("url"))
        if selector := only(sentence, sentence.of("selector")):
            params["selector"] = selector
        if not sentence.of("task_type"):
            (page, *_) = sentence.of("url")
            answers = [sentence.instead((page.start, page.end), f"monitor {page.value}")]
            sentence.ask("task_type", "What is to be done with the page? Say 'monitor https://…'.", answers=answers)
    else:
        params["text"] = only(sentence, sentence.of("quoted"))
        params["operation"] = _operation(sentence)
    ask_about_misfits(sentence, _beside(sentence), task_type, "this; it is about one page or one quoted text")
    return _task(sentence, task_type, params)


def _operation(sentence: Sentence) -> str | None:
    wanted = [each.value for each in sentence.of("operation")]
    wanted += [_OPERATIONS[each.value] for each in sentence.of("analysis") if each.value in _OPERATIONS]
    if len(set(wanted)) != 1:
        sentence.ask(
            "operation", "What is to be done with the quoted text? Say analyze, summarize or extract entities."
        )
        return None
    return str(wanted[0])


def _beside(sentence: Sentence) -> list[Mention]:
    """What has no place in a task about a text or a page."""
    page = bool(sentence.of("url"))
    fitting = ("url", "task_type", "selector") if page else ("quoted", "operation", "analysis")
    fields = ("priority", "run_at", "ignored", "then", *fitting)
    return [each for each in sentence.mentions if each.field not in fields]


def _about_tickers(sentence: Sentence, steps: list[Step], today: date) -> list[ProposedTask]:
    head, *rest = steps
    mentions = sentence.of("ticker")
    tickers = list(dict.fromkeys(each.value for each in mentions))
    if pairs := pairs_of(sentence, head):
        return _collect_pairs(sentence, pairs, rest, today)
    if not tickers and all(each.field != "ticker" or each.answers for each in sentence.questions):
        sentence.ask("ticker", _WHICH)
    elif len(tickers) > 1 and not are_joined(sentence, mentions, lambda each: str(each.value), blank_will_do=True):
        sentence.ask("ticker", SEPARATE)
    if head.analyses:
        return _read(sentence, head, rest, tickers, today)
    if head.sources:
        return _collect(sentence, head, rest, tickers, today)
    sentence.ask("task_type", _WHAT, answers=_from_each_source(sentence) if tickers else [])
    return []


def _from_each_source(sentence: Sentence) -> list[str]:
    text = " ".join(sentence.written.split()).rstrip(" .,;:!?")
    return [f"{text} {each}" for each in ("on reddit", "news", "tweets", "filings", "summary")]


def _collect_pairs(
    sentence: Sentence, pairs: list[tuple[Step, list[str]]], rest: list[Step], today: date
) -> list[ProposedTask]:
    """Each source with its own tickers."""
    if rest:
        sentence.ask("follow_ups", _ONCE_FOR_EACH)
    return [task for step, tickers in pairs for task in _collect(sentence, step, [], tickers, today)]


def _collect(sentence: Sentence, head: Step, rest: list[Step], tickers: list[str], today: date) -> list[ProposedTask]:
    named = [each for each in head.mentions if source_of(each)]
    if len(head.sources) > 1 and not are_joined(sentence, named, source_of):
        sentence.ask("task_type", SEPARATE)
    if len(head.sources) > 1 and any("ai_summary" in each.analyses or not each.analyses for each in rest):
        sentence.ask("follow_ups", _ONCE_FOR_EACH)
    tasks = []
    for source in head.sources:
        params = crawl_params(sentence, head, source, today)
        before = Before((source,), params.get("date_range"))
        for ticker in tickers:
            follow_ups = follow_ups_of(sentence, rest, before, ticker, today)
            tasks.append(_task(sentence, source, {"ticker": ticker, **params}, follow_ups=follow_ups))
    return tasks


def _read(sentence: Sentence, head: Step, rest: list[Step], tickers: list[str], today: date) -> list[ProposedTask]:
    if head.collects or len(head.analyses) > 1:
        sentence.ask("task_type", _COLLECT_OR_READ if head.collects else SEPARATE)
        return []
    if is_cut_off(sentence, head):
        sentence.ask("task_type", _COLLECT_OR_READ)
    before = Before(tuple(head.sources), None)
    if head.analyses == ["ai_sentiment"]:
        params = sentiment_params(sentence, head, head.sources or ["reddit_crawl"])
        before = Before(tuple(head.sources or ["reddit_crawl"]), None, scored=True)
    else:
        params = summary_params(sentence, head, [NAMES[each] for each in head.sources], None)
    return [
        _task(
            sentence,
            head.analyses[0],
            {"ticker": ticker, **params},
            follow_ups=follow_ups_of(sentence, rest, before, ticker, today),
        )
        for ticker in tickers
    ]


def _task(
    sentence: Sentence, task_type: str, params: dict[str, Any], follow_ups: list[ProposedFollowUp] | None = None
) -> ProposedTask:
    priority = only(sentence, sentence.of("priority"))
    return ProposedTask(
        task_type=task_type,
        params=params,
        priority=NORMAL if priority is None else priority,
        run_at=only(sentence, sentence.of("run_at")),
        follow_ups=follow_ups or [],
    )
