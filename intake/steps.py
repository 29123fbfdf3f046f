"""The sentence cut into steps: what is collected first, and what follows it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from intake.sentence import Mention, Sentence
from intake.words import COLLECTING, JOINER

#: What a named part of a source belongs to.
_PARTS = {"subreddits": "reddit_crawl", "filing_types": "sec_filing_crawl", "sources": "news_crawl"}


@dataclass
class Step:
    """What stands between two "then"."""

    mentions: list[Mention]
    #: Whether it says to collect, rather than to look at what was collected.
    collects: bool = False
    sources: list[str] = field(default_factory=list)
    analyses: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.collects = any(each.field == "ignored" and each.value in COLLECTING for each in self.mentions)
        self.sources = list(dict.fromkeys(source_of(each) for each in self.mentions if source_of(each)))
        self.analyses = list(dict.fromkeys(each.value for each in self.of("analysis")))

    def of(self, field: str) -> list[Mention]:
        return [each for each in self.mentions if each.field == field]


def source_of(mention: Mention) -> str:
    """The task type that collects from what is mentioned; empty for other mentions."""
    return str(mention.value) if mention.field == "source" else _PARTS.get(mention.field, "")


def steps_of(sentence: Sentence) -> list[Step]:
    """At least one. "reddit and a summary" are two: what is collected is there before it is looked at."""
    ordered = sorted(sentence.mentions, key=lambda each: each.start)
    steps: list[list[Mention]] = [[]]
    afterwards: list[list[Mention]] = []
    for mention in ordered:
        if mention.field == "then":
            steps += [*afterwards, []]
            afterwards = []
        elif mention.field == "analysis" and _is_second_verb(sentence, steps[-1], mention):
            afterwards = [[mention]]
        elif mention.field == "analysis" and _follows(sentence, steps[-1], mention):
            steps.append([mention])
        else:
            steps[-1].append(mention)
    return [Step(each) for each in (*steps, *afterwards) if each] or [Step([])]


def _is_second_verb(sentence: Sentence, before: list[Mention], analysis: Mention) -> bool:
    """Whether it is the "summarise" of "pull and summarise", with what is pulled behind both."""
    collecting = [each for each in before if each.field == "ignored" and each.value in COLLECTING]
    if not collecting or any(source_of(each) for each in before):
        return False
    return JOINER.search(sentence.text, collecting[-1].end, analysis.start) is not None


def _follows(sentence: Sentence, before: list[Mention], analysis: Mention) -> bool:
    """Whether an "and" leads from something that is collected to the analysis."""
    meaningful = [each for each in before if each.field != "ignored"]
    if not any(source_of(each) for each in meaningful) or any(each.field == "analysis" for each in meaningful):
        return False
    return JOINER.search(sentence.text, meaningful[-1].end, analysis.start) is not None


def are_joined(
    sentence: Sentence, mentions: list[Mention], what: Callable[[Mention], str], *, blank_will_do: bool = False
) -> bool:
    """Whether they are a list: nothing else of weight between them, and "and" or a comma between each two that differ.

    ``what``: tells them apart. ``blank_will_do``: so does white space.
    """
    ordered = sorted(mentions, key=lambda each: each.start)
    within = [each for each in sentence.mentions if ordered[0].start < each.start < ordered[-1].start]
    if any(each not in mentions and each.field != "ignored" for each in within):
        return False
    changes = [(one, other) for one, other in pairwise(ordered) if what(one) != what(other)]
    return len(changes) == len({what(each) for each in mentions}) - 1 and all(
        _joined(sentence.text[one.end : other.start], blank_will_do) for one, other in changes
    )


def _joined(between: str, blank_will_do: bool) -> bool:
    return bool(JOINER.search(between)) or (blank_will_do and not between.strip())


def is_cut_off(sentence: Sentence, step: Step) -> bool:
    """Whether an "and" leads to the first source behind the analysis: "summary and news" is not "summary of news"."""
    weighty = [each for each in step.mentions if each.field != "ignored"]
    first = next((place for place, each in enumerate(weighty) if source_of(each)), 0)
    before = weighty[first - 1]
    return first > 0 and bool(JOINER.search(sentence.text, before.end, weighty[first].start))
