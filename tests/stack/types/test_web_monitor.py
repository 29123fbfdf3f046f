"""Watching a page, end to end: its last snapshot comes back to the worker, and private addresses are refused."""

from tests.sandbox_server import Sandbox
from tests.stack.harness import Api, RunningStack, Task


def look(api: Api, url: str) -> Task:
    return api.wait_for(api.submit("web_monitor", {"url": url, "selector": "li"}), seconds=30)


def test_a_page_is_compared_with_its_last_snapshot(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    sources.reset()
    url = f"{sources.url}/news/page?version=1"
    with stack.worker("web_monitor", environment=sources.environment()):
        first, second = look(api, url), look(api, url)
        stack.rows("UPDATE web_snapshots SET text = 'Plan Z: 1 dollar' WHERE task_id = %s RETURNING url", second["id"])
        third = look(api, url)
    assert [task["status"] for task in (first, second, third)] == ["succeeded"] * 3
    assert (first["result"]["first_snapshot"], first["result"]["changed"]) == (True, False)
    assert (second["result"]["first_snapshot"], second["result"]["changed"]) == (False, False)
    assert (third["result"]["changed"], third["result"]["removed_lines"]) == (True, 1)
    [row] = stack.rows("SELECT diff, changed FROM web_snapshots WHERE task_id = %s", third["id"])
    assert "-Plan Z: 1 dollar" in row["diff"]


def test_a_private_address_is_refused_for_good(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    """The API of the stack itself: on this machine, and not among the addresses that the worker may fetch."""
    with stack.worker("web_monitor", environment=sources.environment()):
        task = look(api, f"{stack.api_url}/healthz")
    assert (task["status"], task["attempt"], task["error"]["type"]) == ("failed", 1, "AddressForbidden")
    assert task["error"]["retryable"] is False
