"""What the right reading of a sentence is: tasks, one good question, a command, or nothing that this can do."""

from dataclasses import dataclass
from typing import Any

Body = dict[str, Any]


@dataclass(frozen=True)
class Reading:
    """``tasks``: what it means. ``words``: what the one question must say, where it may not be known, or is a command.

    With both, one of the answers that the question offers means the tasks.
    """

    tasks: list[Body] | None = None
    words: tuple[str, ...] = ()
    #: Whether this program can do it at all; if not, anything but tasks is right.
    possible: bool = True

    @property
    def is_certain(self) -> bool:
        """Whether nothing need be asked."""
        return self.tasks is not None and not self.words


def task(type_: str, ticker: str = "", *, at: str | None = None, prio: int = 50, **params: Any) -> Body:
    """A task; ``at``: its start, in UTC."""
    then = params.pop("then", [])
    return {
        "task_type": type_, "params": ({"ticker": ticker} if ticker else {}) | params, "priority": prio,
        "run_at": f"{at}:00Z" if at else None, "follow_ups": then,
    }  # fmt: skip


def after(type_: str, ticker: str, *then: Body, **params: Any) -> Body:
    """A task that follows another one."""
    return {"task_type": type_, "params": {"ticker": ticker, **params}, "follow_ups": list(then)}


def reddit(ticker: str, **said: Any) -> Body:
    return task("reddit_crawl", ticker, **said)


def tweets(ticker: str, **said: Any) -> Body:
    return task("twitter_crawl", ticker, **said)


def news(ticker: str, **said: Any) -> Body:
    return task("news_crawl", ticker, **said)


def filings(ticker: str, **said: Any) -> Body:
    return task("sec_filing_crawl", ticker, **said)


def since(day: str, to: str | None = None) -> Body:
    return {"from": day, "to": to} if to else {"from": day}


def last(days: int) -> Body:
    return {"last_days": days}


def done(*tasks: Body) -> Reading:
    return Reading(list(tasks))


def asked(*words: str, leads: list[Body] | None = None) -> Reading:
    """One question, which says this; ``leads``: what one of its answers means."""
    return Reading(leads, words)


def steers(*words: str) -> Reading:
    """The question names the command that does it."""
    return Reading(None, words)


def cannot() -> Reading:
    return Reading(possible=False)
