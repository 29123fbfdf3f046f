"""The tasks that follow another one: "then score the sentiment", "and summarise it"."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from contracts.tasks.plain_language import ProposedFollowUp
from intake.params import NAMES, crawl_params, sentiment_params, summary_params
from intake.sentence import Sentence
from intake.steps import Step

_ONE_THING = "What is to follow? Say one thing behind each 'then', like 'then score the sentiment'."
_COLLECTED_BEFORE = "A follow-up works on what was collected before it. Write a sentence of its own for the rest."
_WHICH_DAYS = "Which days count for what follows? Name them there, too, like 'then the news of the last 7 days'."


@dataclass(frozen=True)
class Before:
    """What the tasks before this one leave behind."""

    #: Task types that collect.
    sources: tuple[str, ...]
    range: dict[str, Any] | None
    scored: bool = False

    @property
    def data_sources(self) -> list[str]:
        return [NAMES[each] for each in self.sources] + ["sentiment"] * self.scored


def follow_ups_of(
    sentence: Sentence, steps: list[Step], before: Before, ticker: str, today: date
) -> list[ProposedFollowUp]:
    """One after the other: each step follows the one before it."""
    if not steps:
        return []
    step, *others = steps
    if step.analyses == ["ai_sentiment"]:
        task_type, after = "ai_sentiment", replace(before, scored=True)
        params = sentiment_params(sentence, step, step.sources or list(before.sources))
    elif step.analyses == ["ai_summary"]:
        task_type, after = "ai_summary", before
        named = [NAMES[each] for each in step.sources]
        params = summary_params(sentence, step, named or before.data_sources, before.range)
    elif len(step.sources) == 1 and not step.analyses:
        task_type, after = step.sources[0], replace(before, sources=(*before.sources, step.sources[0]))
        params = _crawl(sentence, step, before, today)
    else:
        sentence.ask("follow_ups", _ONE_THING)
        return []
    if step.analyses and not set(step.sources) <= set(before.sources):
        sentence.ask("follow_ups", _COLLECTED_BEFORE)
    follows = follow_ups_of(sentence, others, after, ticker, today)
    return [ProposedFollowUp(task_type=task_type, params={"ticker": ticker, **params}, follow_ups=follows)]


def _crawl(sentence: Sentence, step: Step, before: Before, today: date) -> dict[str, Any]:
    params = crawl_params(sentence, step, step.sources[0], today)
    if before.range and "date_range" not in params:
        sentence.ask("date_range", _WHICH_DAYS)
    return params
