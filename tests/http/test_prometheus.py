"""What the API tells Prometheus: real scrapes, and nothing for strangers. (Core: tests/stack.)"""

import re

from prometheus_client.parser import text_string_to_metric_families

from tests.support import plain_http
from tests.support.facade import Api, Facade, eventually


def scraped(url: str, key: str | None = None) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """(name, sorted labels) -> value."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    reply = plain_http.get(f"{url}/metrics", headers=headers, timeout=30)
    assert reply.status_code == 200, reply.text
    families = text_string_to_metric_families(reply.text)
    return {(each.name, tuple(sorted(each.labels.items()))): each.value for f in families for each in f.samples}


def test_the_api_counts_by_route(stack: Facade, api: Api) -> None:
    def requests(route: str, status: str) -> float:
        labels = (("method", "GET"), ("route", route), ("status", status))
        return scraped(stack.api_url, stack.admin_key).get(("clawdbot_api_requests_total", labels), 0)

    found, missing = requests("/tasks/{task_id}", "200"), requests("/tasks/{task_id}", "404")
    id_ = api.submit("web_monitor", {"url": "https://example.com/metered"})
    api.task(id_)
    api.http.get("/tasks/00000000-0000-0000-0000-000000000000")
    api.http.get("/made/up/by/somebody")
    assert requests("/tasks/{task_id}", "200") == found + 1
    assert requests("/tasks/{task_id}", "404") == missing + 1
    text = plain_http.get(f"{stack.api_url}/metrics", headers={"Authorization": f"Bearer {stack.admin_key}"}).text
    assert "made/up" not in text
    assert id_ not in text
    assert re.search(r'clawdbot_api_request_seconds_count\{method="GET",route="/tasks/\{task_id\}"\} [1-9]', text)
    api.command(id_, "cancel")


def test_open_event_streams(stack: Facade, api: Api) -> None:
    def streams() -> float:
        return scraped(stack.api_url, stack.admin_key)["clawdbot_api_event_streams", ()]

    before = streams()
    with api.http.stream("GET", "/tasks/stream", timeout=30) as reply:
        assert reply.status_code == 200
        eventually(lambda: streams() == before + 1, 30, "the stream is counted")
    eventually(lambda: streams() == before, 30, "the stream is counted no more")


def test_strangers_learn_nothing(stack: Facade) -> None:
    assert plain_http.get(f"{stack.api_url}/metrics").status_code == 401
