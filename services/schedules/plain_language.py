"""A sentence becomes schedules: the repetition is read out of it, the rest as every sentence is. Nothing is created."""

import json
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.schedules.actions import Action
from contracts.schedules.occurrences import next_due
from contracts.schedules.requests import NewSchedule
from contracts.schedules.timing import Timing
from contracts.schedules.views import ReadSchedulesView
from contracts.schedules.words import due_views, timing_in_words
from contracts.tasks.plain_language import ProposedTask, Question
from contracts.tasks.requests import Submission
from db.schedules.schedules import list_schedules
from intake.times.repeats import FIELD, read_repetition
from services.tasks.plain_language import read_text, watchlist_for

_NEXT, _LONGEST = 3, 50
_MORE_THAN_IT = (
    "A schedule for the watchlist is for all of it, whatever is on it by then. Name the tickers, or leave out what is "
    "said beside it."
)


async def read_schedules(
    connection: AsyncConnection, text: str, timezone: str, companies: Path | None
) -> ReadSchedulesView:
    """What the sentence means now. Neither schedules nor questions: it says of no repetition."""
    read = read_repetition(text, timezone)
    if read is None or isinstance(read, Question):
        return ReadSchedulesView(text=text, timezone=timezone, questions=[read] if read else [])
    parsed = await read_text(connection, read.rest, timezone, companies)
    questions = list(parsed.questions)
    if any(each.run_at for each in parsed.tasks):
        said = "It says when it repeats, and when it starts. Leave one of them out."
        questions.append(Question(field=FIELD, question=said))
    watchlist = await watchlist_for(connection, read.rest)
    if watchlist and not questions and _tickers(parsed.tasks) != set(watchlist):
        questions.append(Question(field="ticker", question=_MORE_THAN_IT))
    taken = {row["name"] for row in await list_schedules(connection)}
    proposed = [] if questions else list(_schedules(read.timing, parsed.tasks, taken, watchlist=bool(watchlist)))
    coming = next_due(read.timing, datetime.now(UTC), _NEXT)
    return ReadSchedulesView(
        text=text, timezone=timezone, when=timing_in_words(read.timing), next_runs=due_views(coming, timezone),
        schedules=proposed, understood=parsed.understood, ignored=parsed.ignored, notable=parsed.notable,
        questions=questions,
    )  # fmt: skip


def _tickers(tasks: list[ProposedTask]) -> set[str]:
    return {str(each.params["ticker"]) for each in tasks if "ticker" in each.params}


def _schedules(timing: Timing, tasks: list[ProposedTask], taken: set[str], *, watchlist: bool) -> Iterator[NewSchedule]:
    """One for tasks that differ in nothing but their ticker; for the watchlist whatever is on it then."""
    alike: dict[str, list[ProposedTask]] = {}
    for task in tasks:
        params = {name: value for name, value in task.params.items() if name != "ticker"}
        key = json.dumps([task.task_type, task.priority, params, [each.model_dump() for each in task.follow_ups]])
        alike.setdefault(key, []).append(task)
    for group in alike.values():
        first = Submission.model_validate(group[0].model_dump(exclude={"run_at"}))
        tickers = [str(each.params["ticker"]) for each in group] if len(group) > 1 and not watchlist else []
        if tickers or watchlist:
            without = {name: value for name, value in first.params.items() if name != "ticker"}
            first = first.model_copy(update={"params": without})
        name = _name(first, ["watchlist"] if watchlist else tickers, taken)
        taken.add(name)
        yield NewSchedule(name=name, timing=timing, action=Action(task=first, tickers=tickers, watchlist=watchlist))


def _name(task: Submission, subjects: list[str], taken: Collection[str]) -> str:
    """By what it does; a number behind it where that is taken."""
    about = "-".join(subjects[:3]) or str(task.params.get("ticker") or "")
    letters = f"{task.task_type}-{about}".lower().replace("_", "-").replace(".", "-")[:_LONGEST].rstrip("-")
    names = (letters if number == 1 else f"{letters}-{number}" for number in range(1, len(taken) + 2))
    return next(each for each in names if each not in taken)
