"""Admits options within the budget, source by source in turns.

The source with the fewest tasks so far is next with its first option. So none takes the whole budget, and what one
does not need is for the others.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence

from agent.budgets import Limit, Spent, fits, reserve
from agent.choices import Choice, PassedOver
from contracts.agent.policy import WhyNot


def admit(
    options: Sequence[Choice], limits: Sequence[Limit], spent: Spent, most: int, recent: Mapping[str, int]
) -> tuple[list[Choice], list[PassedOver]]:
    """At most ``most`` of the options, in the order in which they were admitted, and why not the others.

    ``options``: the most urgent first. ``recent``: by source, what it has had lately.
    """
    chosen: list[Choice] = []
    refused: list[PassedOver] = []
    turns = _Turns(options, recent)
    while (option := turns.next()) is not None:
        refusal = fits(limits, spent, option.estimate)
        if len(chosen) >= most:
            refused.append(PassedOver(option.need, WhyNot.ROUND_FULL, f"A round creates {most} tasks at most."))
        elif refusal is not None:
            refused.append(PassedOver(option.need, WhyNot.BUDGET, refusal.sentence, refusal.limit))
        else:
            spent = reserve(limits, spent, option.estimate)
            chosen.append(option)
            turns.count(option.source)
    return chosen, refused


class _Turns:
    """Hands out the options, each once."""

    def __init__(self, options: Sequence[Choice], recent: Mapping[str, int]) -> None:
        self._had = Counter(recent)
        self._waiting: defaultdict[str, deque[tuple[int, Choice]]] = defaultdict(deque)
        for place, each in enumerate(options):
            self._waiting[each.source].append((place, each))

    def next(self) -> Choice | None:
        sources = [source for source, waiting in self._waiting.items() if waiting]
        if not sources:
            return None
        first = min(sources, key=lambda source: (self._had[source], self._waiting[source][0][0]))
        return self._waiting[first].popleft()[1]

    def count(self, source: str) -> None:
        self._had[source] += 1
