"""The log: a line per record for people, an object per line for machines."""

import asyncio
import json
import logging
import sys

import pytest

from runtime import logs
from runtime.logs import JsonLines, Sentences, log_fields


def record(message: str, *args: object, **extra: object) -> logging.LogRecord:
    return logging.getLogger("some.place").makeRecord(
        "some.place", logging.WARNING, __file__, 1, message, args, None, extra=extra
    )


def test_an_object_per_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_of_process", {"worker": "mac-mini"})
    with log_fields(task_id="t-1", attempt=2):
        text = JsonLines().format(record("two\nlines of %s", "text", capability="echo"))
    assert "\n" not in text
    line = json.loads(text)
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "warning",
        "logger": "some.place",
        "message": "two\nlines of text",
        "worker": "mac-mini",
        "task_id": "t-1",
        "attempt": 2,
        "capability": "echo",
    }


def test_an_exception_stays_on_its_line() -> None:
    try:
        raise ValueError("odd")
    except ValueError:
        failed = record("it failed")
        failed.exc_info = sys.exc_info()
    line = JsonLines().format(failed)
    assert "\n" not in line
    assert "ValueError: odd" in json.loads(line)["exception"]


async def test_fields_belong_to_what_was_started_with_them() -> None:
    async def work() -> str:
        await asyncio.sleep(0)  # the other has its turn of the loop in between
        return JsonLines().format(record("working"))

    with log_fields(task_id="one"):
        one = asyncio.create_task(work())
    with log_fields(task_id="two"):
        two = asyncio.create_task(work())
    assert [json.loads(await each)["task_id"] for each in (one, two)] == ["one", "two"]
    assert "task_id" not in json.loads(await work())


def test_people_read_which_task_it_is_about() -> None:
    sentences = Sentences("%(message)s")
    with log_fields(task_id="t-1"):
        assert sentences.format(record("it failed")) == "it failed [task t-1]"
        assert sentences.format(record("t-1 failed")) == "t-1 failed"
    assert sentences.format(record("it failed")) == "it failed"
