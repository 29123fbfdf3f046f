"""Reddit and the SEC on a bad day, as the submitter of a task sees it."""

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.reddit.tokens import REFUSED_CLIENT_ID
from tests.sandbox_server import Sandbox, seconds_between
from tests.stack.harness import Api, RunningStack, Task, WorkerProcess

#: Ten days of one subreddit: a page or two.
CRAWL: dict[str, Any] = {
    "ticker": "NVDA",
    "subreddits": ["wallstreetbets"],
    "date_range": {"from": "2026-02-20", "to": "2026-03-01"},
}
QUICK = {"max_attempts": 4, "initial_seconds": 0.2, "backoff": 1, "max_seconds": 0.2}
SEARCH = "/r/wallstreetbets/search"


@pytest.fixture(autouse=True)
def well_behaved(sources: Sandbox) -> Iterator[None]:
    sources.reset()
    yield
    sources.reset()


@pytest.fixture(scope="class")
def worker(stack: RunningStack, sources: Sandbox) -> Iterator[WorkerProcess]:
    stack.wait_until_ready()
    with stack.worker("reddit_crawl", "sec_filing_crawl", environment=sources.environment()) as worker:
        yield worker


def crawl(api: Api, **fields: Any) -> Task:
    return api.wait_for(api.submit("reddit_crawl", CRAWL, **fields), seconds=60)


def searches(sources: Sandbox) -> list[dict[str, Any]]:
    return [request for request in sources.requests("reddit") if "/search" in request["path"]]


@pytest.mark.usefixtures("worker")
class TestReddit:
    def test_it_is_waited_for_as_long_as_it_asks(self, api: Api, sources: Sandbox) -> None:
        sources.fault("reddit", "status", status=429, retry_after=2, times=1, path_contains=SEARCH)
        task = crawl(api)
        assert (task["status"], task["attempt"]) == ("succeeded", 1)
        first, second, *_ = searches(sources)
        assert (first["status"], second["status"]) == (429, 200)
        assert seconds_between(first, second) >= 2
        said = [event["details"]["step"] for event in task["events"] if event["type"] == "progress"]
        assert any("rate limited by Reddit" in step for step in said)

    def test_refused_credentials_fail_at_once(self, api: Api, sources: Sandbox) -> None:
        sources.fault("reddit", "status", status=401, path_contains="access_token")
        task = crawl(api)
        assert (task["status"], task["attempt"], task["error"]["type"]) == ("failed", 1, "CredentialsRefused")
        assert "REDDIT_CLIENT_ID" in task["error"]["message"]
        assert "REDDIT_CLIENT_SECRET" in task["error"]["message"]
        assert len(sources.requests("reddit")) == 1

    def test_a_token_that_is_never_accepted_fails_at_once(self, api: Api, sources: Sandbox) -> None:
        sources.fault("reddit", "status", status=401, path_contains=SEARCH)
        task = crawl(api)
        assert (task["status"], task["attempt"], task["error"]["type"]) == ("failed", 1, "CredentialsRefused")
        assert len(searches(sources)) == 2

    def test_errors_of_its_own_are_tried_again(self, api: Api, sources: Sandbox) -> None:
        sources.fault("reddit", "status", status=500, times=2, path_contains=SEARCH)
        task = crawl(api, retry=QUICK)
        assert (task["status"], task["attempt"]) == ("succeeded", 3)
        assert [request["status"] for request in searches(sources)][:3] == [500, 500, 200]
        failed = [attempt["error"] for attempt in task["attempts"][:2]]
        assert [error["type"] for error in failed] == ["SourceUnavailable"] * 2
        assert "(500)" in failed[0]["message"]

    def test_errors_that_last_end_the_task_after_its_attempts(self, api: Api, sources: Sandbox) -> None:
        sources.fault("reddit", "status", status=503, path_contains=SEARCH)
        task = crawl(api, retry=QUICK)
        assert (task["status"], task["attempt"], task["error"]["type"]) == ("failed", 4, "SourceUnavailable")
        assert len(searches(sources)) == 4

    @pytest.mark.parametrize("kind", ["garbage", "reset"])
    def test_broken_replies_are_tried_again(self, api: Api, sources: Sandbox, kind: str) -> None:
        sources.fault("reddit", kind, times=1, path_contains=SEARCH)
        task = crawl(api, retry=QUICK)
        assert (task["status"], task["attempt"]) == ("succeeded", 2)
        [error] = [attempt["error"] for attempt in task["attempts"] if attempt["error"]]
        assert error["type"] in ("BadSourceReply", "SourceUnavailable")
        assert "Traceback" not in error["message"]

    def test_an_unknown_subreddit_is_named(self, api: Api, sources: Sandbox) -> None:
        task = api.wait_for(api.submit("reddit_crawl", {**CRAWL, "subreddits": ["no_such_place"]}), seconds=60)
        assert (task["status"], task["attempt"], task["error"]["type"]) == ("failed", 1, "NotFound")
        assert "r/no_such_place" in task["error"]["message"]
        assert len(searches(sources)) == 1

    def test_it_sees_praw_log_in_and_say_who_it_is(self, api: Api, sources: Sandbox) -> None:
        assert crawl(api)["status"] == "succeeded"
        token, *rest = sources.requests("reddit")
        assert (token["method"], token["path"], token["status"]) == ("POST", "/api/v1/access_token", 200)
        assert {request["path"].rstrip("/") for request in rest} == {SEARCH}
        assert all(request["authorized"] for request in [token, *rest])
        agents = {request["user_agent"] for request in [token, *rest]}
        assert len(agents) == 1
        assert "clawdbot" in agents.pop()


@pytest.mark.usefixtures("worker")
class TestTheSec:
    def test_an_unknown_ticker_fails_for_good(self, api: Api) -> None:
        task = api.wait_for(api.submit("sec_filing_crawl", {"ticker": "ZZZZQ"}), seconds=60)
        assert (task["status"], task["attempt"], task["error"]["type"]) == ("failed", 1, "NotFound")
        assert "ZZZZQ" in task["error"]["message"]

    def test_a_429_is_waited_for(self, api: Api, sources: Sandbox) -> None:
        sources.fault("sec", "status", status=429, retry_after=2, times=1)
        params = {"ticker": "NVDA", "filing_types": ["10-K"], "date_range": {"from": "2025-01-01", "to": "2026-03-01"}}
        task = api.wait_for(api.submit("sec_filing_crawl", params), seconds=60)
        assert (task["status"], task["attempt"]) == ("succeeded", 1)
        first, second, *_ = sources.requests("sec")
        assert seconds_between(first, second) >= 2


def test_a_worker_with_refused_credentials_says_which(stack: RunningStack, api: Api, sources: Sandbox) -> None:
    environment = {**sources.environment(), "REDDIT_CLIENT_ID": REFUSED_CLIENT_ID}
    with stack.worker("reddit_crawl", environment=environment) as worker:
        task = crawl(api)
    assert (task["status"], task["attempt"], task["error"]["type"]) == ("failed", 1, "CredentialsRefused")
    assert task["worker"] == worker.name
    assert "REDDIT_CLIENT_ID" in task["error"]["message"]
    assert "sandbox-secret" not in worker.log.read_text()


class TestMissingCredentials:
    def test_the_queue_is_left_to_others(self, stack: RunningStack, api: Api, sources: Sandbox) -> None:
        environment = {**sources.environment(), "REDDIT_CLIENT_SECRET": ""}
        worker = stack.launch_worker(["reddit_crawl", "sec_filing_crawl"], environment=environment)
        try:
            stack.wait_until_polling(worker, ["sec_filing_crawl"])
            [seen] = [w for w in api.http.get("/workers").json()["workers"] if w["id"] == worker.id]
            assert seen["polling"] == ["sec_filing_crawl"]
            said = worker.log.read_text()
            assert "does not take reddit_crawl: REDDIT_CLIENT_SECRET is not set" in said
            assert "sandbox-client" not in said
        finally:
            worker.end()

    def test_a_worker_that_can_do_nothing_ends(self, stack: RunningStack, sources: Sandbox) -> None:
        environment = {**sources.environment(), "REDDIT_CLIENT_ID": " "}
        worker = stack.launch_worker(["reddit_crawl"], environment=environment)
        assert worker.process.wait(30) == 4
        assert "REDDIT_CLIENT_ID is not set" in worker.log.read_text()
