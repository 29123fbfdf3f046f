"""Turns worker rows into answers of the API: presence, vitals, recent runs, health score."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.names import canary_queue, capability_of_queue
from contracts.workers.states import DEAF_AFTER_LOST, DEAF_AFTER_MISSES, WorkerState
from contracts.workers.views import RecordOfWorkView, VitalsView, WorkerDetailView, WorkerView
from db.workers.own_queues import own_queues
from db.workers.recent_runs import recent_work
from db.workers.registry import events_of, get_worker, list_workers, tasks_on_hand
from db.workers.states import GATEWAY_SECONDS
from services.temporal_links import WebUi
from services.workers.score import Signs, score_of

_EVENTS = 50
_ALL = "all"

_SENTENCES = {
    "canaries": f"{DEAF_AFTER_MISSES} canary tasks in a row did not reach it although it is connected. Restart it.",
    "tasks": f"It was handed {DEAF_AFTER_LOST} tasks in a row and began none of them. Restart it.",
    "stopped": "It was stopped.",
    "silent": "It went silent.",
    "no_gateway": f"The gateway has not been there for {GATEWAY_SECONDS} s, so no worker can be reached.",
}


async def worker_list(connection: AsyncConnection) -> list[WorkerView]:
    """Every worker, by name. Needs a snapshot."""
    work = _by_worker(await recent_work(connection))
    return [WorkerView.model_validate(_fields(row, work[row["id"]])) for row in await list_workers(connection)]


async def worker_detail(connection: AsyncConnection, worker_id: uuid.UUID, web_ui: WebUi) -> WorkerDetailView | None:
    """One worker with everything about it. Needs a snapshot."""
    row = await get_worker(connection, worker_id)
    if row is None:
        return None
    work = _by_worker(await recent_work(connection, worker_id))[worker_id]
    asked = (await own_queues(connection)).asked_by(row["capabilities"], row["serves"])
    return WorkerDetailView.model_validate(
        {
            **_fields(row, work),
            "canary_heard_at": row["canary_heard_at"],
            "tasks": [dict(each) for each in await tasks_on_hand(connection, worker_id)],
            "work_by_capability": [each for each in work if each.capability != _ALL],
            "events": [dict(each) for each in await events_of(connection, worker_id, _EVENTS)],
            "temporal_queues": web_ui.queues([*asked, canary_queue(str(worker_id))]),
        }
    )


def _fields(row: RowMapping, work: Sequence[RecordOfWorkView]) -> dict[str, Any]:
    vitals = VitalsView.model_validate(row["vitals"]) if row["vitals"] else None
    total = next((each for each in work if each.capability == _ALL), None)
    because = row["offline_because"] or row["deaf_because"]
    never_came = row["last_heartbeat"] is None
    return {
        **row,
        "polling": list(dict.fromkeys(map(capability_of_queue, row["polling"]))),
        "reason": "It has not connected yet." if never_came else _SENTENCES.get(because),
        "vitals": vitals,
        "work": total,
        "score": score_of(_signs(row, vitals, total)),
    }


def _signs(row: RowMapping, vitals: VitalsView | None, work: RecordOfWorkView | None) -> Signs:
    done = work.model_dump(include={"succeeded", "failed", "lost"}) if work else {}
    machine = vitals.model_dump(include={"cpu", "memory"}) if vitals else {}
    return Signs(WorkerState(row["status"]), canary_misses=row["canary_misses"], **done, **machine)


def _by_worker(rows: Sequence[RowMapping]) -> defaultdict[uuid.UUID, list[RecordOfWorkView]]:
    work: defaultdict[uuid.UUID, list[RecordOfWorkView]] = defaultdict(list)
    for row in rows:
        tried = row["succeeded"] + row["failed"] + row["lost"]
        rate = row["succeeded"] / tried if tried else None
        shown = {**row, "capability": row["capability"] or _ALL, "success_rate": rate}
        work[row["worker_id"]].append(RecordOfWorkView.model_validate(shown))
    return work
