"""Live events as a program sees them: in order, each once, also across a broken connection."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.stack.harness import Api, RunningStack, eventually
from tests.support import plain_http

WAITS = ("web_monitor", {"url": "https://example.com/stream"})


@dataclass
class Event:
    """One message of a stream. ``place``: what to resume from after it."""

    place: str
    type: str
    data: dict[str, Any]


class Stream:
    """What a browser's EventSource does, without its reconnecting."""

    def __init__(self, reply: httpx.Response) -> None:
        self._lines = reply.iter_lines()
        #: The id to resume from.
        self.last_id = self._next()["id"]

    def until(self, wanted: Callable[[Event], bool]) -> list[Event]:
        """Events up to the first that is wanted, which is included."""
        seen: list[Event] = []
        while not seen or not wanted(seen[-1]):
            fields = self._next()
            if fields.get("event", "beat") != "beat":
                seen.append(Event(fields["id"], fields["event"], json.loads(fields["data"])))
                self.last_id = seen[-1].place
        return seen

    def _next(self) -> dict[str, str]:
        fields: dict[str, str] = {}
        for line in self._lines:
            if not line:
                return fields
            name, _, value = line.partition(": ")
            fields[name] = value
        raise AssertionError("the stream ended")


@contextmanager
def stream(stack: RunningStack, *task_ids: str, after: str | int | None = None) -> Iterator[Stream]:
    headers = {"Authorization": f"Bearer {stack.admin_key}"}
    if after is not None:
        headers["Last-Event-ID"] = str(after)
    with (
        httpx.Client(
            verify=plain_http.NO_TLS, base_url=stack.api_url, headers=headers, timeout=30, trust_env=False
        ) as http,
        http.stream("GET", "/api/v1/tasks/stream", params={"task_id": list(task_ids)}) as reply,
    ):
        assert reply.status_code == 200
        assert reply.headers["content-type"].startswith("text/event-stream")
        yield Stream(reply)


def ends(*ids: str) -> Callable[[Event], bool]:
    """True once all of these tasks are over."""
    left = set(ids)

    def check(event: Event) -> bool:
        if event.data["status"] in ("succeeded", "failed", "cancelled"):
            left.discard(event.data["task_id"])
        return not left

    return check


def of(events: list[Event], *task_ids: str) -> list[dict[str, Any]]:
    return [event.data for event in events if event.data["task_id"] in task_ids]


def stored(api: Api, id_: str) -> list[dict[str, Any]]:
    return list(api.http.get(f"/tasks/{id_}/events", params={"limit": 1_000}).json()["events"])


def test_every_step_arrives_in_order(stack: RunningStack, api: Api) -> None:
    with stack.worker("delay"), stream(stack) as live:
        id_ = api.submit("delay", {"seconds": 2, "steps": 4})
        seen = live.until(ends(id_))
    assert of(seen, id_) == stored(api, id_)
    assert [each["type"] for each in of(seen, id_) if each["type"] != "progress"] == [
        "created", "claimed", "started", "succeeded",
    ]  # fmt: skip
    assert len(of(seen, id_)) > 4
    assert all(event.type == "task" for event in seen)
    ids = [event["id"] for event in of(seen, id_)]
    assert ids == sorted(set(ids))


def _is_complete(api: Api, id_: str) -> bool:
    return {"claimed", "succeeded"} <= {each["type"] for each in stored(api, id_)}


def test_everybody_hears_everything(stack: RunningStack, api: Api) -> None:
    with stack.worker("echo"), stream(stack) as one, stream(stack) as other:
        ids = api.submit_many(10, "echo", {"message": "to all"})
        api.wait_for_all(ids)
        # The gateway's word that a task was claimed may come after core's that it ended; what follows comes after both.
        eventually(lambda: all(_is_complete(api, id_) for id_ in ids), 30, "every step is stored")
        last = api.submit("echo")
        heard = [of(each.until(ends(last)), *ids) for each in (one, other)]
    assert heard[0] == heard[1]
    for id_ in ids:
        assert [each for each in heard[0] if each["task_id"] == id_] == stored(api, id_)


def test_only_the_tasks_that_were_asked_for(stack: RunningStack, api: Api) -> None:
    mine, also_mine, other = (api.submit(*WAITS) for _ in range(3))
    with stream(stack, mine, also_mine) as live:
        for id_ in (other, mine, also_mine):
            api.command(id_, "cancel")
        seen = live.until(ends(mine, also_mine))
    assert {event.data["task_id"] for event in seen} == {mine, also_mine}
    assert [each["type"] for each in of(seen, mine)][-2:] == ["cancel_requested", "cancelled"]


def test_a_broken_connection_is_resumed_without_loss_and_without_repetition(stack: RunningStack, api: Api) -> None:
    heard: list[Event] = []
    with stack.worker("delay", concurrency=3):
        with stream(stack) as live:
            ids = api.submit_many(6, "delay", {"seconds": 1, "steps": 4})
            heard += live.until(lambda event: event.data["type"] == "progress")
        last = heard[-1]
        # Meanwhile life goes on.
        api.wait_for(last.data["task_id"])
        over = ends(*ids)
        with stream(stack, after=last.place) as live:
            heard += live.until(over)
    # Several that were committed at once share a place: then those before the last of them come again.
    numbers = list(dict.fromkeys(event.data["id"] for event in heard))
    assert len(heard) - len(numbers) < 6
    for id_ in ids:
        assert list(dict.fromkeys(each["id"] for each in of(heard, id_))) == [each["id"] for each in stored(api, id_)]


def test_a_resumed_stream_of_one_task_hears_only_that_one(stack: RunningStack, api: Api) -> None:
    id_, other = api.submit(*WAITS), api.submit(*WAITS)
    first = stored(api, id_)[0]["id"]
    for each in (id_, other):
        api.command(each, "cancel")
    with stream(stack, id_, after=first) as live:
        seen = live.until(ends(id_))
    assert [event.data["id"] for event in seen] == [each["id"] for each in stored(api, id_)[1:]]


@pytest.mark.parametrize("nonsense", ["-1", "abc", "1.5", "9" * 40, "\xb2", "9:1:", "1:9:99"])
def test_a_nonsense_last_event_id_is_as_good_as_none(stack: RunningStack, api: Api, nonsense: str) -> None:
    with stream(stack) as ordinary:
        id_ = api.submit(*WAITS)
        # What comes to this listener is behind the next one.
        ordinary.until(lambda event: event.data["task_id"] == id_)
    headers = [(b"authorization", f"Bearer {stack.admin_key}".encode())]
    headers.append((b"last-event-id", nonsense.encode("latin-1")))
    url = f"{stack.api_url}/api/v1/tasks/stream?task_id={id_}"
    with httpx.stream("GET", url, headers=headers, timeout=30, trust_env=False) as reply:
        assert reply.status_code == 200
        live = Stream(reply)
        api.command(id_, "cancel")
        seen = live.until(ends(id_))
    assert [each["type"] for each in of(seen, id_)] == ["cancel_requested", "cancelled"]


def test_a_task_id_that_is_none_is_refused(api: Api) -> None:
    assert api.http.get("/tasks/stream", params={"task_id": "seven"}).status_code == 422


def test_without_credentials_nothing_is_told(stack: RunningStack) -> None:
    for headers in ({}, {"Authorization": "Bearer cwb_user_0000000000_nonsense"}, {"Last-Event-ID": "1"}):
        reply = plain_http.get(f"{stack.api_url}/api/v1/tasks/stream", headers=headers, timeout=10)
        assert reply.status_code == 401


def test_an_event_that_cannot_be_read_holds_others_up_only_while_it_is_there(stack: RunningStack, api: Api) -> None:
    """Whoever reads events for a process survives it; the API used to live on without anybody reading them."""
    failures = stack.log("api").count("events reach nobody")
    with stream(stack) as live:
        stack.execute(
            "INSERT INTO task_events (task_id, type, status) VALUES (gen_random_uuid(), 'unreadable', 'unheard of')"
        )
        try:
            eventually(lambda: stack.log("api").count("events reach nobody") > failures, 20, "it is in the log")
        finally:
            stack.execute("DELETE FROM task_events WHERE type = 'unreadable'")
        id_ = api.submit(*WAITS)
        api.command(id_, "cancel")
        assert {each["type"] for each in of(live.until(ends(id_)), id_)} >= {"created", "cancelled"}
