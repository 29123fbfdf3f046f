"""What the gateway makes of a worker's heartbeat, whatever that says."""

import json

import pytest
import temporalio.api.enums.v1 as enums
import temporalio.api.worker.v1 as worker_api
from google.protobuf.timestamp_pb2 import Timestamp

from contracts.workers.views import VitalsView
from gateway.worker_heartbeats import is_leaving, vitals_of

RUNNING = enums.WorkerStatus.WORKER_STATUS_RUNNING
STOPPING = enums.WorkerStatus.WORKER_STATUS_SHUTTING_DOWN


def beat(cpu: float = 0.25, used: int = 1, started: int = 1_000, host: str = "mini") -> worker_api.WorkerHeartbeat:
    return worker_api.WorkerHeartbeat(
        status=RUNNING,
        sdk_name="temporal-python",
        sdk_version="1.35.0",
        start_time=Timestamp(seconds=started),
        host_info=worker_api.WorkerHostInfo(
            host_name=host, process_id="7", current_host_cpu_usage=cpu, current_host_mem_usage=0.5
        ),
        activity_task_slots_info=worker_api.WorkerSlotsInfo(current_used_slots=used, total_processed_tasks=10),
        activity_poller_info=worker_api.WorkerPollerInfo(current_pollers=2),
    )


def test_queues_of_one_worker_are_added_up() -> None:
    said = VitalsView.model_validate(vitals_of([beat(used=1, started=2_000), beat(used=2)]))
    assert (said.slots_used, said.polls, said.processed) == (3, 4, 20)
    assert (said.host, said.process_id, said.sdk) == ("mini", "7", "temporal-python 1.35.0")
    assert (said.cpu, said.memory) == (0.25, 0.5)
    assert said.started_at
    assert said.started_at.timestamp() == 1_000


@pytest.mark.parametrize("share", [float("nan"), float("inf"), -1.0, 1e30])
def test_nonsense_is_bounded(share: float) -> None:
    vitals = vitals_of([beat(cpu=share, used=-5, started=2**62, host="a\x00b" + "c" * 10_000)])
    said = VitalsView.model_validate_json(json.dumps(vitals, allow_nan=False))
    assert said.cpu in (None, 0.0, 1.0)
    assert said.slots_used == 0
    assert said.started_at is None
    assert "\x00" not in said.host
    assert len(said.host) <= 200


def test_it_leaves_only_with_its_last_queue() -> None:
    stopping = beat()
    stopping.status = STOPPING
    assert not is_leaving([beat(), stopping])
    assert is_leaving([stopping])
