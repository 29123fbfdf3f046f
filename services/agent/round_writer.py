"""Writes a round's decisions: round, ledger, tasks with their commands, and reservations."""

import json
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.budgets import Cost
from agent.choices import Choice, Escalation, PassedOver, Plan
from agent.collection_tasks import TYPE_OF
from agent.discoveries import Discovery
from agent.need_texts import explain
from contracts.agent.policy import BudgetUnit, TrendingSymbols
from contracts.agent.work import AgentStanding, RoundReport
from contracts.names import AGENT_LABEL
from contracts.settings import ServerSettings
from contracts.task_types import InvalidTaskParams, UnknownTaskType
from contracts.tasks.requests import Submission
from db.agent.advice import move_to_round
from db.agent.budget import reserve
from db.agent.ledger import add_decisions, add_round
from db.agent.state import note_round
from db.workers.retry_on_another_worker import avoid_workers
from services.agent.observation import Seen
from services.agent.retry_on_another_worker import begins, to_avoid
from services.agent.round_advice import NOBODY, Heard
from services.tasks.approvals import Approvals
from services.tasks.submit import Checked, submit, validate

#: Behind every person's, whose usual one is 50.
PRIORITY = 100
TAG = "agent"
#: Stands beside the counts of what was left alone.
ADVICE_NOTE = "advice"
_MOST_PASSED_OVER = 200
#: Of what was passed over, how many stand beside each decision.
_OPTIONS = 5
_LINES = 20
_LONGEST_LINE = 200


@dataclass(frozen=True)
class _Wanted:
    """A choice, and the task that it creates."""

    choice: Choice
    submission: Submission
    checked: Checked


async def write_round(
    connection: AsyncConnection,
    settings: ServerSettings,
    number: int,
    seen: Seen,
    decided: Plan,
    heard: Heard = NOBODY,
    found: Sequence[Discovery] = (),
) -> None:
    """All or nothing: the caller holds the lock and commits."""
    wanted, unusable = _prepared(decided.choices, settings)
    refused = seen.standing.trouble or " ".join(unusable) or None
    options = [_option(each) for each in decided.passed_over[:_OPTIONS]]
    count = len(wanted) + len(decided.escalations) + len(found)
    ledger = [_Entry(number, seen.at, place, options) for place in range(count)]
    told = [entry.of_escalation(each) for entry, each in zip(ledger, decided.escalations, strict=False)]
    trending = seen.standing.policy.trending
    told += [entry.of_discovery(each, trending) for entry, each in zip(ledger[len(told) :], found, strict=False)]
    rows = [entry.of_choice(each.choice) for entry, each in zip(ledger[len(told) :], wanted, strict=True)]
    await add_round(connection, _round(number, seen, decided, len(wanted), len(told), refused, heard.note))
    if heard.entry is not None:
        await move_to_round(connection, heard.entry, number)
    await add_decisions(connection, [*told, *rows])
    if wanted:
        made = await submit(
            connection,
            [each.submission for each in wanted],
            [each.checked for each in wanted],
            AGENT_LABEL,
            as_children=True,
        )
        pairs = list(zip(made, rows, wanted, strict=True))
        await reserve(connection, [_reservation(task.id, row["id"], each.choice, seen.at) for task, row, each in pairs])
        await avoid_workers(connection, to_avoid([(task.id, each.choice) for task, _, each in pairs]))
    await note_round(connection, number, seen.at)


def report_of(
    number: int, row: RowMapping | None, decisions: Sequence[RowMapping], standing: AgentStanding
) -> RoundReport:
    """What the workflow is told of a round that is written."""
    if row is None:
        return RoundReport(standing=standing, number=number, held=False)
    lines = [f"{each['kind']} {each['ticker']} {each['source']}: {each['reason']}" for each in decisions[:_LINES]]
    return RoundReport(
        standing=standing,
        number=number,
        tasks=row["tasks"],
        decisions=row["decisions"],
        refused=row["refused"] or "",
        lines=[each[:_LONGEST_LINE] for each in lines],
        starts_tasks=row["tasks"] > 0,
    )


@dataclass(frozen=True)
class _Entry:
    """A place in the ledger."""

    number: int
    at: datetime
    place: int
    options: list[dict[str, Any]]

    def of_choice(self, choice: Choice) -> dict[str, Any]:
        chosen = {
            "params": choice.params,
            "strategy": choice.strategy,
            "replaces": choice.replaces,
            "avoid_worker_id": choice.avoid_worker_id,
            "estimate": counted(choice.estimate),
            **({"advice": asdict(choice.move)} if choice.move else {}),
        }
        return {
            **self._common(choice),
            "reason": f"{choice.reason} {choice.move}" if choice.move else choice.reason,
            "task_type": choice.task_type,
            "observation": _plain({**asdict(choice.need), "why": explain(choice.need)}),
            "choice": _plain(chosen),
            "outcome": "pending",
        }

    def of_escalation(self, escalation: Escalation) -> dict[str, Any]:
        return {
            **self._common(escalation),
            "task_type": TYPE_OF[escalation.source],
            "observation": _plain(asdict(escalation.evidence)),
            "choice": {},
            "outcome": "told",
        }

    def of_discovery(self, found: Discovery, trending: TrendingSymbols) -> dict[str, Any]:
        return {
            **self._common(found),
            "task_type": "",
            "observation": _plain(asdict(found)),
            "choice": {},
            "outcome": "tracked" if found.may_be_tracked and trending is TrendingSymbols.TRACK else "told",
        }

    def _common(self, decided: Choice | Escalation | Discovery) -> dict[str, Any]:
        return {
            "id": uuid.uuid4(),
            "round": self.number,
            # In lists, decisions of one round keep their order.
            "created_at": self.at + timedelta(microseconds=self.place),
            "kind": decided.kind.value,
            "ticker": decided.ticker,
            "source": decided.source,
            "reason": decided.reason,
            "options": self.options,
        }


def counted(cost: Cost) -> dict[str, int]:
    """A cost as it is stored."""
    return {unit.value: cost.of(unit) for unit in BudgetUnit}


def _prepared(choices: Sequence[Choice], settings: ServerSettings) -> tuple[list[_Wanted], list[str]]:
    """What can be created, and a sentence for each choice that cannot."""
    approvals = Approvals(settings, AGENT_LABEL)
    wanted, unusable = [], []
    for choice in choices:
        tags = [TAG, choice.ticker]
        try:
            submission = Submission(
                task_type=choice.task_type,
                params=choice.params,
                priority=PRIORITY,
                tags=tags,
                run_at=begins(choice),
            )
            wanted.append(_Wanted(choice, submission, validate(submission, approvals)))
        # One bad choice must not keep the agent from all the others.
        except (InvalidTaskParams, UnknownTaskType) as error:
            unusable.append(f"{choice.ticker} of {choice.source} was left out: {error}.")
    return wanted, unusable


def _round(
    number: int, seen: Seen, decided: Plan, tasks: int, told: int, refused: str | None, advice: str
) -> dict[str, Any]:
    said = {ADVICE_NOTE: advice} if advice else {}
    why = Counter(each.why.value for each in decided.passed_over)
    return {
        "number": number,
        "at": seen.at,
        "tickers": len(seen.known.rows),
        "needs": len(decided.passed_over) + len(decided.choices) + decided.not_due,
        "tasks": tasks,
        "decisions": tasks + told,
        "not_chosen": {**why, "not_due": decided.not_due, **said},
        "passed_over": [_option(each) for each in decided.passed_over[:_MOST_PASSED_OVER]],
        "refused": refused,
    }


def _option(passed: PassedOver) -> dict[str, Any]:
    candidate = passed.need.candidate
    return {
        "ticker": candidate.ticker,
        "source": candidate.source,
        "score": passed.need.score,
        "why": passed.why.value,
        "reason": passed.reason,
    }


def _reservation(task_id: uuid.UUID, decision_id: uuid.UUID, choice: Choice, at: datetime) -> dict[str, Any]:
    cost = counted(choice.estimate)
    return {
        "task_id": task_id,
        "decision_id": decision_id,
        "at": at,
        "source": choice.source,
        "task_type": choice.task_type,
        **cost,
        "estimate": cost,
    }


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    """As JSON has it."""
    plain: dict[str, Any] = json.loads(json.dumps(value, default=str))
    return plain
