"""What commands of plans, schedules, templates, triggers and groups of failures are typed with, and what they name."""

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from contracts.tasks.templates import FILE
from tests.http.planned import Planned, echo
from tests.http.schedules.made import schedule
from tests.http.tasks.failed import Failing
from tests.http.triggers.made import Sender, deliveries, hook
from tests.support.facade import Facade

_EXAMPLES = Path(__file__).parents[2] / "examples"
_MORNING = str(_EXAMPLES / "plans" / "morning.yaml")
_PUSH = str(_EXAMPLES / "triggers" / "on-push.yaml")
_TRIGGERS = str(_EXAMPLES / "triggers" / "all.yaml")
_SCHEDULES = str(_EXAMPLES / "schedules.yaml")
LONG = "what a person may have written here is longer than a line of a terminal, and is wrapped at its words"


def _new_name() -> str:
    return f"new-{uuid.uuid4().hex[:8]}"


def _begun(stack: Facade, **step: Any) -> Planned:
    plan = Planned(stack, stack.api, echo("a", params={"message": LONG}, **step), echo("b", needs=["a"]))
    plan.advance()
    return plan


def _running(stack: Facade) -> str:
    return _begun(stack).id


def _failed(stack: Facade) -> str:
    plan = _begun(stack)
    plan.end("a", fails=True)
    return plan.id


def _over(stack: Facade) -> str:
    plan = _begun(stack)
    plan.end("a", {"message": LONG})
    plan.end("b", {"message": LONG})
    return plan.id


def _reviewed(stack: Facade) -> str:
    plan = _begun(stack, needs_review=True)
    plan.end("a", {"message": LONG})
    return plan.id


def _group(stack: Facade) -> str:
    failing = Failing(stack, stack.api)
    failing.fail(2, f"no space left on device, {LONG}")
    return str(failing.group()["cause"])


def _resolved(stack: Facade) -> str:
    group = _group(stack)
    stack.api.http.post(f"/failures/{group}/resolve").raise_for_status()
    return group


def _schedule(stack: Facade) -> str:
    return str(schedule(stack.api, description=LONG)["name"])


def _template(stack: Facade) -> str:
    name, task = _new_name(), stack.api.submit("echo", {"message": LONG})
    body = {"from_task": task, "fields": {"message": {"description": LONG}}, "description": LONG}
    stack.api.http.put(f"/templates/{name}", json=body).raise_for_status()
    return name


def _hook(stack: Facade) -> Sender:
    return hook(stack, description=LONG)


def _trigger(stack: Facade) -> str:
    return str(_hook(stack).trigger["name"])


def _delivery(stack: Facade) -> list[str]:
    """As the words that name it."""
    sender = _hook(stack)
    sender.send({"text": LONG}).raise_for_status()
    name = str(sender.trigger["name"])
    return [name, str(deliveries(stack.api, name)[0]["id"])]


def _template_file(files: Path) -> str:
    path = files / f"{_new_name()}.json"
    path.write_text(json.dumps({"kind": FILE, "task": {"task_type": "echo"}}))
    return str(path)


def _hours_ago(hours: int) -> str:
    return (datetime.now(UTC) - timedelta(hours=hours)).isoformat()


Words = Callable[[Facade, Path], list[str]]
WORDS: dict[str, Words] = {
    "failures show": lambda stack, _: [_group(stack)],
    "failures edit": lambda stack, _: [_group(stack), "url=https://example.com/other", "--yes"],
    "failures canary": lambda stack, _: [_group(stack)],
    "failures release": lambda stack, _: [_group(stack), "--without-canary"],
    "failures retry": lambda stack, _: [_group(stack), "--yes"],
    "failures resolve": lambda stack, _: [_group(stack)],
    "failures mute": lambda stack, _: [_group(stack), "--for", "2h"],
    "failures reopen": lambda stack, _: [_resolved(stack)],
    "failures note": lambda stack, _: [_group(stack), LONG],
    "plans add": lambda stack, _: [_MORNING],
    "plans rerun": lambda stack, _: [_over(stack)],
    "plans export": lambda stack, _: [_over(stack)],
    "plans propose": lambda stack, _: ["news for $NVDA, then summarize it", "--yes"],
    "plans validate": lambda stack, _: [_MORNING],
    "plans show": lambda stack, _: [_failed(stack)],
    "plans watch": lambda stack, _: [_over(stack)],
    "plans graph": lambda stack, _: [_running(stack)],
    "plans cancel": lambda stack, _: [_running(stack)],
    "plans retry": lambda stack, _: [_failed(stack)],
    "plans skip": lambda stack, _: [_failed(stack), "a"],
    "plans result": lambda stack, _: [_failed(stack), "a", "{}"],
    "plans approve": lambda stack, _: [_reviewed(stack), "a"],
    "plans reject": lambda stack, _: [_reviewed(stack), "a", "--comment", LONG],
    "plans request-changes": lambda stack, _: [_reviewed(stack), "a", LONG],
    "schedules show": lambda stack, _: [_schedule(stack)],
    "schedules preview": lambda stack, _: ["--cron", "0 7 * * *", "--zone", "Europe/Berlin"],
    "schedules add": lambda stack, _: [_new_name(), "reddit_crawl", "--every", "1d", "--watchlist"],
    "schedules pause": lambda stack, _: [_schedule(stack), "--reason", LONG],
    "schedules resume": lambda stack, _: [_schedule(stack)],
    "schedules run": lambda stack, _: [_schedule(stack)],
    "schedules backfill": lambda stack, _: [
        _schedule(stack), "--from", _hours_ago(3), "--until", _hours_ago(2),
    ],
    "schedules delete": lambda stack, _: [_schedule(stack)],
    "schedules apply": lambda stack, _: [_SCHEDULES, "--yes"],
    "templates show": lambda stack, _: [_template(stack)],
    "templates save": lambda stack, _: [_new_name(), "--task", stack.api.submit("echo")],
    "templates run": lambda stack, _: [_template(stack), "message=hello"],
    "templates export": lambda stack, _: [_template(stack)],
    "templates import": lambda stack, files: [_new_name(), _template_file(files)],
    "templates delete": lambda stack, _: [_template(stack)],
    "triggers show": lambda stack, _: [_delivery(stack)[0]],
    "triggers deliveries": lambda stack, _: [_delivery(stack)[0]],
    "triggers add": lambda stack, _: [_new_name(), _PUSH],
    "triggers change": lambda stack, _: [_trigger(stack), _PUSH],
    "triggers test": lambda stack, _: [_trigger(stack), '{"text": "x"}'],
    "triggers replay": lambda stack, _: _delivery(stack),
    "triggers pause": lambda stack, _: [_trigger(stack), "--reason", LONG],
    "triggers resume": lambda stack, _: [_trigger(stack)],
    "triggers rotate": lambda stack, _: [_trigger(stack), "--keep-old", "1h"],
    "triggers apply": lambda stack, _: [_TRIGGERS, "--yes"],
    "triggers delete": lambda stack, _: [_trigger(stack)],
}  # fmt: skip


def settle(stack: Facade) -> None:
    """One of each: what lists show."""
    _group(stack), _running(stack), _failed(stack), _reviewed(stack)
    _schedule(stack), _template(stack), _delivery(stack)
