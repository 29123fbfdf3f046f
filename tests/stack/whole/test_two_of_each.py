"""Two APIs, two cores and two gateways behind one address each, under load, killed one after the other (kill -9)."""

import contextlib
import signal
import threading
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx

from tests.stack.gateway.raw_worker import raw_worker
from tests.stack.gateway.test_concurrency_limits import cancel_all, taken
from tests.stack.harness import Api, RunningStack, eventually
from tests.stack.parts import own_api, own_core, own_gateway
from tests.stack.whole.under_load import check_each_ended_once
from tests.stack.workers.link import link_to
from tests.support import plain_http

AT_ONCE = 4
#: Tasks that end between one kill and the next.
BETWEEN = 8
DONE = "SELECT count(*) AS done FROM tasks WHERE id = ANY(%s) AND status = 'succeeded'"
#: No worker of this version does this, so the queue is this file's alone.
QUEUE = "ai_summary"
#: Tasks at once that the greedy worker is registered for.
ALLOWED = 2


class Load:
    """Programs that submit until they are told to stop, and ask again what was not answered, with the same key."""

    def __init__(self, url: str, key: str) -> None:
        self.ids: list[str] = []
        self._url = url
        self._headers = {"Authorization": f"Bearer {key}"}
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._submit) for _ in range(AT_ONCE)]

    def __enter__(self) -> "Load":
        for each in self._threads:
            each.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for each in self._threads:
            each.join(60)

    def _submit(self) -> None:
        task = {"task_type": "delay", "params": {"seconds": 0.1, "steps": 1}, "retry": {"max_attempts": 10}}
        with httpx.Client(base_url=self._url, headers=self._headers, verify=plain_http.NO_TLS, timeout=10) as http:
            while not self._stop.is_set():
                self.ids.append(self._accepted(http, task, str(uuid.uuid4())))
                self._stop.wait(0.2)

    def _accepted(self, http: httpx.Client, task: Mapping[str, object], key: str) -> str:
        while True:
            with contextlib.suppress(httpx.TransportError):
                reply = http.post("/api/v1/tasks", json=task, headers={"Idempotency-Key": key})
                if reply.status_code == 201:
                    return str(reply.json()["id"])
                assert reply.status_code == 503, reply.text


@contextlib.contextmanager
def two_workers(stack: RunningStack, api_url: str) -> Iterator[None]:
    with contextlib.ExitStack() as running:
        for _ in range(2):
            running.enter_context(stack.worker("delay", concurrency=5, environment={"CLAWDBOT_API_URL": api_url}))
        yield


def test_each_of_two_is_killed_in_turn_and_nothing_is_lost_or_doubled(
    stack: RunningStack, api: Api, tmp_path: Path
) -> None:
    with contextlib.ExitStack() as running:
        gateways = [running.enter_context(own_gateway(stack, tmp_path)) for _ in range(2)]
        gate = running.enter_context(link_to(*(each.port for each in gateways)))
        told = {"gateway_public_address": gate.address}
        apis = [running.enter_context(own_api(stack, tmp_path, **told)) for _ in range(2)]
        front = running.enter_context(link_to(*(each.port for each in apis)))
        core = running.enter_context(own_core(stack, tmp_path))
        url = f"http://{front.address}"
        running.enter_context(two_workers(stack, url))
        with Load(url, stack.admin_key) as load:

            def goes_on() -> None:
                before = stack.rows(DONE, load.ids)[0]["done"]
                eventually(lambda: stack.rows(DONE, load.ids)[0]["done"] >= before + BETWEEN, 60, "tasks are done")

            goes_on()
            for part in (*apis, core, *gateways):
                part.end(signal.SIGKILL)
                goes_on()
                part.start()
            stack.kill("core")
            goes_on()
        tasks = api.wait_for_all(load.ids, seconds=60)
    check_each_ended_once(stack, load.ids, tasks)
    print(f"{len(load.ids)} tasks, {sum(task['attempt'] > 1 for task in tasks)} needed another attempt")


def test_a_greedy_worker_gets_its_share_from_each_gateway(stack: RunningStack, api: Api, tmp_path: Path) -> None:
    """Each counts what it handed out: two gateways give twice as much to whoever asks both (docs/workers.md)."""
    _, _, key = stack.register([QUEUE], concurrency=ALLOWED)
    ids = api.submit_many(6 * ALLOWED, "echo", capability=QUEUE, timeouts={"heartbeat_seconds": 60})
    with own_gateway(stack, tmp_path) as first, own_gateway(stack, tmp_path) as second:
        with raw_worker(first, key) as one, raw_worker(second, key) as other:
            held = [len(taken(each, 3 * ALLOWED, QUEUE)) for each in (one, other)]
    assert held == [ALLOWED, ALLOWED]
    cancel_all(api, ids)
