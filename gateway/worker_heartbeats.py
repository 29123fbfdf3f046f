"""Reads a worker's vitals from Temporal's own worker heartbeats; all of it is untrusted, so it is bounded."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import temporalio.api.enums.v1 as enums
from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.worker.v1 import WorkerHeartbeat

from contracts.storable import cleaned

_TEXT_LIMIT = 200
_LEAVING = (enums.WorkerStatus.WORKER_STATUS_SHUTTING_DOWN, enums.WorkerStatus.WORKER_STATUS_SHUTDOWN)
_LARGEST = 2**31 - 1


def is_leaving(beats: Sequence[WorkerHeartbeat]) -> bool:
    """Whether it has stopped taking tasks for good: it finishes what it has."""
    return all(beat.status in _LEAVING for beat in beats)


def vitals_of(beats: Sequence[WorkerHeartbeat]) -> dict[str, Any]:
    """One worker's vitals (contracts.views.VitalsView): it beats once per queue that it polls."""
    first = beats[0]
    started = [at for beat in beats if (at := _moment(beat.start_time))]
    return {
        "host": _text(first.host_info.host_name),
        "process_id": _text(first.host_info.process_id),
        "sdk": _text(f"{first.sdk_name} {first.sdk_version}"),
        "cpu": _share(first.host_info.current_host_cpu_usage),
        "memory": _share(first.host_info.current_host_mem_usage),
        "slots_used": _sum([beat.activity_task_slots_info.current_used_slots for beat in beats]),
        "polls": _sum([beat.activity_poller_info.current_pollers for beat in beats]),
        "processed": _sum([beat.activity_task_slots_info.total_processed_tasks for beat in beats]),
        "started_at": min(started).isoformat() if started else None,
    }


def _text(value: str) -> str:
    text: str = cleaned(value[:_TEXT_LIMIT])
    return text


def _share(value: float) -> float | None:
    return round(min(max(value, 0.0), 1.0), 4) if math.isfinite(value) else None


def _sum(values: Sequence[int]) -> int:
    return min(sum(max(value, 0) for value in values), _LARGEST)


def _moment(stamp: Timestamp) -> datetime | None:
    try:
        return stamp.ToDatetime(UTC) if stamp.seconds else None
    except (ValueError, OverflowError):
        return None
