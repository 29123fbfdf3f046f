"""Faults and the request log, over the control API."""

import time
from typing import Any

import httpx
import pytest

from tests.sandbox_server import Sandbox

TICKERS = "/sec/files/company_tickers.json"
CONTACT = {"User-Agent": "sandbox tests tests@example.com"}


def statuses(sandbox: Sandbox, times: int, path: str = TICKERS) -> list[int]:
    return [sandbox.http.get(path, headers=CONTACT).status_code for _ in range(times)]


def test_healthz(sandbox: Sandbox) -> None:
    assert sandbox.http.get("/healthz").text == "ok"


def test_a_fault_strikes_so_many_times_after_so_many(sandbox: Sandbox) -> None:
    sandbox.fault("sec", "status", status=503, after=1, times=2)

    assert statuses(sandbox, 5) == [200, 503, 503, 200, 200]


def test_a_fault_stays_until_it_is_cleared(sandbox: Sandbox) -> None:
    sandbox.fault("sec", "status", status=500)

    assert statuses(sandbox, 3) == [500, 500, 500]
    sandbox.reset()
    assert statuses(sandbox, 1) == [200]


def test_a_fault_concerns_its_source_and_path_only(sandbox: Sandbox) -> None:
    sandbox.fault("sec", "status", status=500, path_contains="/submissions/")
    sandbox.fault("reddit", "status", status=500)

    assert statuses(sandbox, 1) == [200]
    assert statuses(sandbox, 1, "/sec/submissions/CIK0001045810.json") == [500]
    assert statuses(sandbox, 1, "/r/stocks/new") == [500]
    assert statuses(sandbox, 1, "/healthz") == [200]


def test_one_fault_after_the_other(sandbox: Sandbox) -> None:
    sandbox.fault("sec", "status", status=429, retry_after=3, times=1)
    sandbox.fault("sec", "status", status=500, times=1)

    assert statuses(sandbox, 3) == [429, 500, 200]


def test_reddits_429_says_how_long(sandbox: Sandbox) -> None:
    sandbox.fault("reddit", "status", status=429, retry_after=7)

    headers = sandbox.http.get("/r/stocks/new").headers

    assert headers["retry-after"] == headers["x-ratelimit-reset"] == "7"
    assert headers["x-ratelimit-remaining"] == "0.0"


def test_garbage_is_not_json(sandbox: Sandbox) -> None:
    sandbox.fault("sec", "garbage")

    reply = sandbox.http.get(TICKERS, headers=CONTACT)

    assert reply.headers["content-type"] == "application/json"
    with pytest.raises(ValueError, match=r"delimiter|Unterminated"):
        reply.json()


def test_reset_cuts_the_connection(sandbox: Sandbox) -> None:
    sandbox.fault("sec", "reset", times=1)

    with pytest.raises(httpx.RemoteProtocolError):
        sandbox.http.get(TICKERS, headers=CONTACT)
    assert statuses(sandbox, 1) == [200]


def test_hang_never_answers(sandbox: Sandbox) -> None:
    sandbox.fault("sec", "hang", times=1)

    with pytest.raises(httpx.ReadTimeout):
        sandbox.http.get(TICKERS, headers=CONTACT, timeout=0.2)
    assert statuses(sandbox, 1) == [200]
    assert [entry["status"] for entry in sandbox.requests("sec")] == [None, 200]


def test_delay_answers_late(sandbox: Sandbox) -> None:
    sandbox.fault("sec", "delay", delay=0.2)
    began = time.monotonic()

    assert statuses(sandbox, 1) == [200]
    assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize(
    "body",
    [
        {"source": "twitter", "kind": "status"},
        {"source": "sec", "kind": "explode"},
        {"source": "sec", "kind": "status", "status": 200},
        {"source": "sec", "kind": "status", "unknown": 1},
        [],
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(sandbox: Sandbox, body: Any) -> None:
    reply = sandbox.http.post("/_control/faults", json=body)

    assert reply.status_code == 422
    assert reply.json()["errors"]


def test_the_log_tells_what_was_sent(sandbox: Sandbox) -> None:
    sandbox.http.get(f"{TICKERS}?x=1", headers=CONTACT)
    sandbox.http.get("/r/stocks/new", headers={"Authorization": "bearer secret-token"})

    (sec,), (reddit,) = sandbox.requests("sec"), sandbox.requests("reddit")
    assert (sec["method"], sec["path"], sec["query"]) == ("GET", TICKERS, {"x": "1"})
    assert (sec["user_agent"], sec["authorized"], sec["status"]) == (CONTACT["User-Agent"], True, 200)
    assert (reddit["authorized"], reddit["status"]) == (False, 429)
    assert "secret-token" not in str(reddit)
    sandbox.reset()
    assert sandbox.requests("sec") == []


def test_listings_of_reddit_end_early_while_they_are_told_to(sandbox: Sandbox) -> None:
    token = sandbox.http.post(
        "/api/v1/access_token", data={"grant_type": "client_credentials"}, auth=("id", "secret"), headers=CONTACT
    ).json()["access_token"]

    def length() -> int:
        found, after = 0, ""
        while True:
            params = {"limit": "100", **({"after": after} if after else {})}
            headers = {**CONTACT, "Authorization": f"bearer {token}"}
            data = sandbox.http.get("/r/stocks/new", params=params, headers=headers).json()["data"]
            found, after = found + len(data["children"]), data["after"]
            if after is None:
                return found

    assert length() == 1_000, "as Reddit has it"
    sandbox.end_listings_after(250)
    assert length() == 250
    sandbox.reset()
    assert length() == 1_000
    for wrong in ({"listing": 0, "search": 1}, {"listing": "all", "search": 1}, {"listing": 5}, {}):
        assert sandbox.http.put("/_control/reddit", json=wrong).status_code == 422
