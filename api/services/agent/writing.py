"""Writes what a round decided: round, decisions, tasks with their commands, and reservations."""

import json
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from agent.budgets import Cost
from agent.explaining import explain
from agent.needs import Need
from agent.planning import Choice, PassedOver, Plan
from api.schemas import Submission
from api.services.agent.looking import Seen
from api.services.approvals import Approvals
from api.services.submit import Checked, submit, validate
from contracts.agent import BudgetUnit
from contracts.agent_work import AgentStanding, RoundReport
from contracts.names import AGENT_LABEL
from contracts.settings import ServerSettings
from contracts.task_types import InvalidTaskParams, UnknownTaskType
from db.agent_budget import reserve
from db.agent_ledger import add_decisions, add_round
from db.agent_state import note_round

#: Behind every person's, whose usual one is 50.
PRIORITY = 100
TAG = "agent"
_MOST_PASSED_OVER = 200
#: Of what was passed over, how many stand beside each decision.
_OPTIONS = 5
_LINES = 20
_LONGEST_LINE = 200


@dataclass(frozen=True)
class _Wanted:
    """A choice, with the task that it creates; an escalation creates none."""

    choice: Choice
    submission: Submission | None = None
    checked: Checked | None = None


async def write_round(
    connection: AsyncConnection, settings: ServerSettings, number: int, seen: Seen, decided: Plan
) -> None:
    """All or nothing: the caller holds the lock and commits."""
    wanted, unusable = _prepared(decided.choices, settings)
    refused = seen.standing.trouble or " ".join(unusable) or None
    rows = [_decision(number, each.choice, decided, seen, place) for place, each in enumerate(wanted)]
    await add_round(connection, _round(number, seen, decided, wanted, refused))
    await add_decisions(connection, rows)
    created = [(row, each) for row, each in zip(rows, wanted, strict=True) if each.submission and each.checked]
    if created:
        made = await submit(
            connection,
            [each.submission for _, each in created if each.submission],
            [each.checked for _, each in created if each.checked],
            AGENT_LABEL,
        )
        reserved = [
            _reservation(task.id, row["id"], each.choice, seen) for task, (row, each) in zip(made, created, strict=True)
        ]
        await reserve(connection, reserved)
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
    )


def counted(cost: Cost | None) -> dict[str, int]:
    """A cost as it is stored."""
    return {unit.value: cost.of(unit) if cost else 0 for unit in BudgetUnit}


def _prepared(choices: Sequence[Choice], settings: ServerSettings) -> tuple[list[_Wanted], list[str]]:
    """What can be created, and a sentence for each choice that cannot."""
    approvals = Approvals(settings, AGENT_LABEL)
    wanted, unusable = [], []
    for choice in choices:
        if choice.estimate is None:
            wanted.append(_Wanted(choice))
            continue
        try:
            submission = Submission(
                task_type=choice.task_type, params=choice.params, priority=PRIORITY, tags=[TAG, choice.ticker]
            )
            wanted.append(_Wanted(choice, submission, validate(submission, approvals)))
        # One bad choice must not keep the agent from all the others.
        except (InvalidTaskParams, UnknownTaskType) as error:
            unusable.append(f"{choice.ticker} of {choice.source} was left out: {error}.")
    return wanted, unusable


def _round(number: int, seen: Seen, decided: Plan, wanted: Sequence[_Wanted], refused: str | None) -> dict[str, Any]:
    why = Counter(each.why.value for each in decided.passed_over)
    return {
        "number": number,
        "at": seen.at,
        "tickers": len(seen.known.rows),
        "needs": len(decided.passed_over) + len(decided.choices) + decided.not_due,
        "tasks": sum(1 for each in wanted if each.submission),
        "decisions": len(wanted),
        "not_chosen": {**why, "not_due": decided.not_due},
        "passed_over": [_option(each) for each in decided.passed_over[:_MOST_PASSED_OVER]],
        "refused": refused,
    }


def _decision(number: int, choice: Choice, decided: Plan, seen: Seen, place: int) -> dict[str, Any]:
    return {
        "id": uuid.uuid4(),
        "round": number,
        # Decisions of one round keep their order in lists: the newest first, the first of a round last.
        "created_at": seen.at + timedelta(microseconds=place),
        "kind": choice.kind.value,
        "ticker": choice.ticker,
        "source": choice.source,
        "task_type": choice.task_type,
        "reason": choice.reason,
        "observation": _observation(choice),
        "options": [_option(each) for each in decided.passed_over[:_OPTIONS]],
        "choice": _plain(
            {
                "params": choice.params,
                "strategy": choice.strategy,
                "replaces": choice.replaces,
                "avoid_worker_id": choice.avoid_worker_id,
                "estimate": counted(choice.estimate),
            }
        ),
        "outcome": "pending" if choice.estimate else "told",
        "ended_at": None if choice.estimate else seen.at,
    }


def _observation(choice: Choice) -> dict[str, Any]:
    if choice.evidence is not None:
        return _plain(asdict(choice.evidence))
    return _need(choice.need) if choice.need else {}


def _need(need: Need) -> dict[str, Any]:
    return _plain({**asdict(need), "why": explain(need)})


def _option(passed: PassedOver) -> dict[str, Any]:
    candidate = passed.need.candidate
    return {
        "ticker": candidate.ticker,
        "source": candidate.source,
        "score": passed.need.score,
        "why": passed.why.value,
        "reason": passed.reason,
    }


def _reservation(task_id: uuid.UUID, decision_id: uuid.UUID, choice: Choice, seen: Seen) -> dict[str, Any]:
    cost = counted(choice.estimate)
    return {
        "task_id": task_id,
        "decision_id": decision_id,
        "at": seen.at,
        "source": choice.source,
        "task_type": choice.task_type,
        **cost,
        "estimate": cost,
    }


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    """As JSON has it."""
    plain: dict[str, Any] = json.loads(json.dumps(value, default=str))
    return plain
