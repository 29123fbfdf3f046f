"""A worker for some workspaces is handed no task of another one, whatever it asks and however late that is said."""

import asyncio
from dataclasses import replace
from typing import cast

import pytest
import temporalio.api.workflowservice.v1 as service
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts.names import TASK_WORKFLOW, own_queue
from contracts.tasks.work import HANDED_BACK, MOST_ATTEMPTS
from contracts.workers.own_queues import OwnQueues
from contracts.workspaces.names import share
from gateway.presence import Presence
from tests.api.test_hands_full import Task, Temporal, Worker

TEAM, OTHER = own_queue("team", "a"), own_queue("other", "a")
OWN = OwnQueues(of=(("team", "a"), ("other", "a")))
CLOSED = OwnQueues(of=OWN.of, closed=frozenset({"team"}))


def worker_for(*workspaces: str, own: OwnQueues = OWN) -> Worker:
    """``workspaces``: none are all."""
    worker = Worker(most=5)
    serve(worker, *workspaces, own=own)
    worker.visitor.withdrawn.clear()
    return worker


def serve(worker: Worker, *workspaces: str, own: OwnQueues = OWN) -> None:
    """What an admin says from now on."""
    worker.visitor.changed(replace(worker.visitor.owner, serves=workspaces or None), own)


def add(temporal: Temporal, queue: str, workspace: str, max_attempts: int = 3) -> Task:
    task = temporal.add(queue, max_attempts)
    task.workflow_type.name = TASK_WORKFLOW
    task.priority.fairness_key = share(workspace, "human:anna")
    return task


@pytest.mark.parametrize(
    ("workspaces", "own", "asked"),
    [
        ((), OWN, ["a", TEAM, OTHER]),
        ((), CLOSED, ["a", OTHER]),
        (("team",), OWN, [TEAM]),
        (("team", "other"), CLOSED, [TEAM, OTHER]),
    ],
)
async def test_only_queues_whose_tasks_it_may_have_are_asked(
    workspaces: tuple[str, ...], own: OwnQueues, asked: list[str]
) -> None:
    worker = worker_for(*workspaces, own=own)
    nobodys = own_queue("made-up", "a")
    for queue in ("a", TEAM, OTHER, nobodys):
        add(worker.temporal, queue, "team" if queue == TEAM else "other")
        worker.ask(queue)
    await worker.until(lambda: len(worker.given) == len(asked))
    assert sorted(worker.temporal.asked) == sorted(asked)
    # The others are left open, and end with a revoked key.
    worker.visitor.revoked.set()
    ends = await asyncio.gather(*worker.polls, return_exceptions=True)
    assert sum(isinstance(each, BaseException) for each in ends) == 4 - len(asked)


async def test_another_capability_of_a_workspace_is_refused() -> None:
    with pytest.raises(Exception, match="has no right to 'workspace:team:zzz'"):
        await worker_for("team")._ask(own_queue("team", "zzz"))


async def test_open_polls_end_when_it_is_for_others_from_now_on() -> None:
    worker = worker_for("team")
    worker.ask(TEAM)
    await worker.until(lambda: worker.temporal.asked)
    serve(worker, "other")
    await worker.until(lambda: worker.answered)
    worker.ask(TEAM)
    worker.ask(OTHER)
    add(worker.temporal, TEAM, "team")
    add(worker.temporal, OTHER, "other")
    await worker.until(lambda: worker.given)
    assert worker.temporal.asked == [TEAM, OTHER]
    serve(worker)
    await worker.until(lambda: worker.answered == 3)
    worker.ask(TEAM)
    await worker.until(lambda: len(worker.given) == 2)


@pytest.mark.parametrize("attempts", [1, 3, MOST_ATTEMPTS])
async def test_a_task_that_was_on_its_way_goes_back(attempts: int) -> None:
    """It waited in the queue that all share when its workspace was closed to others, and core has not moved it yet.

    However long core takes for that: what never began may not fail because of it.
    """
    worker = worker_for(own=CLOSED)
    add(worker.temporal, "a", "team", attempts)
    worker.ask("a")
    await worker.until(lambda: worker.answered)
    assert not worker.given
    assert worker.temporal.handed_back() == [(attempts + 1, HANDED_BACK)]
    failed = service.RespondActivityTaskFailedRequest.FromString(worker.temporal.reports[-1][1]).failure
    # Not at once, or it would go round.
    assert failed.application_failure_info.next_retry_delay.ToTimedelta().total_seconds() == 0.5
    # What names no workspace was begun from the Temporal side, and what is another's is no concern of it.
    worker.temporal.add("a")
    add(worker.temporal, "a", "other")
    worker.ask("a", 2)
    await worker.until(lambda: len(worker.given) == 2)


def test_a_queue_that_is_taken_away_between_two_polls_is_no_longer_one_that_it_asks() -> None:
    """Nothing is open then that could end; a queue that it may ask stays while it is busy and asks none."""
    worker, presence = worker_for(), Presence(cast(AsyncEngine, None))
    for queue in ("a", TEAM):
        presence.poll_opened(worker.visitor, queue)
        presence.poll_closed(worker.visitor, queue)
    serve(worker, "team")
    presence.seen(worker.visitor)
    assert list(presence._of(worker.visitor).polls) == [TEAM]
