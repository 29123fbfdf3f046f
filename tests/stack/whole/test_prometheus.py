"""What core tells Prometheus: a real process, real scrapes."""

from datetime import UTC, datetime, timedelta
from functools import partial

from prometheus_client.parser import text_string_to_metric_families

from tests.stack.harness import Api, RunningStack, eventually
from tests.support import plain_http


def scraped(url: str, key: str | None = None) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """(name, sorted labels) -> value."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    reply = plain_http.get(f"{url}/metrics", headers=headers, timeout=30)
    assert reply.status_code == 200, reply.text
    families = text_string_to_metric_families(reply.text)
    return {(each.name, tuple(sorted(each.labels.items()))): each.value for f in families for each in f.samples}


def of_core(stack: RunningStack) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return scraped(f"http://127.0.0.1:{stack.state['ports']['core_health']}")


def test_core(stack: RunningStack, api: Api) -> None:
    started = ("clawdbot_core_commands_total", (("command", "start"), ("outcome", "sent")))
    before = of_core(stack).get(started, 0)
    id_ = api.submit("web_monitor", {"url": "https://example.com/metered"})
    eventually(lambda: of_core(stack).get(started, 0) > before, 30, "the start is counted")
    pending = ("clawdbot_tasks_open", (("status", "pending"),))
    eventually(lambda: of_core(stack).get(pending, 0) >= 1, 30, "the open task is counted")
    soon = (datetime.now(UTC) - timedelta(minutes=2)).timestamp()
    eventually(lambda: of_core(stack)["clawdbot_metrics_counted_until_seconds", ()] > soon, 60, "core counts")
    assert of_core(stack)["clawdbot_mirror_overdue_seconds", ()] < 60
    assert ("clawdbot_outbox_commands", ()) in of_core(stack)
    api.command(id_, "cancel")
    api.wait_for(id_, "cancelled")


def test_what_core_mends_is_counted(stack: RunningStack, api: Api) -> None:
    mended = ("clawdbot_core_mended_total", ())
    before = of_core(stack)[mended]
    id_ = api.submit("web_monitor", {"url": "https://example.com/terminated"})
    api.wait_for(id_, "pending")
    eventually(partial(stack.temporal_side.exists, id_), 30, "the workflow is there")
    stack.temporal_side.terminate(id_, "a test")
    api.wait_for(id_)
    assert eventually(lambda: of_core(stack)[mended] > before, 30, "mending is counted")
