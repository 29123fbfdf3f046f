"""Schedules from a sentence, over HTTP and at a terminal."""

import pytest

from tests.http.terminal import Terminal, terminal
from tests.support.facade import Api, Facade

__all__ = ["terminal"]


def read(api: Api, text: str) -> dict[str, object]:
    return dict(api.http.post("/schedules/parse", json={"text": text, "timezone": "Europe/Berlin"}).json())


def test_a_sentence_becomes_schedules(api: Api) -> None:
    said = api.http.post(
        "/schedules/parse",
        json={"text": "every weekday at 7 crawl reddit and news for $NVDA and $AMD, high", "timezone": "Europe/Berlin"},
    ).json()
    assert (said["when"], said["questions"]) == ("cron 0 7 * * MON-FRI, Europe/Berlin", [])
    actions = [each["action"] for each in said["schedules"]]
    assert [each["task"]["task_type"] for each in actions] == ["reddit_crawl", "news_crawl"]
    assert {tuple(each["tickers"]) for each in actions} == {("NVDA", "AMD")}
    assert {each["task"]["priority"] for each in actions} == {30}
    assert len(said["next_runs"]) == 3
    # They can be created as they are.
    for each in said["schedules"]:
        body = {name: value for name, value in each.items() if value is not None}
        assert api.http.post("/schedules", json=body).status_code == 201
        api.http.delete(f"/schedules/{each['name']}")


def test_the_watchlist_is_what_is_on_it_by_then(api: Api) -> None:
    for ticker in ("WLAA", "WLBB"):
        api.http.put(f"/tickers/{ticker}", json={}).raise_for_status()
    sentence = "every weekday at 7 news for all tickers on my watchlist"
    found = api.http.post("/schedules/parse", json={"text": sentence}).json()
    assert found["questions"] == []
    [schedule] = found["schedules"]
    assert (schedule["action"]["watchlist"], schedule["action"]["tickers"]) == (True, [])
    assert (schedule["name"], schedule["action"]["task"]["params"]) == ("news-crawl-watchlist", {})
    answer = read(api, f"{sentence} except WLAA")
    assert (answer["schedules"], "leave out what is said beside it" in str(answer["questions"])) == ([], True)
    for ticker in ("WLAA", "WLBB"):
        api.http.delete(f"/tickers/{ticker}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("every morning at 7 crawl reddit", "Which ticker?"),
        ("every morning at 7 crawl reddit for $NVDA tomorrow at 8", "Leave one of them out."),
        ("every morning at 7 and every evening at 6 crawl reddit for $NVDA", "every evening"),
        ("every morning crawl reddit for $NVDA", "at what time?"),
    ],
)
def test_nothing_is_guessed(api: Api, text: str, said: str) -> None:
    answer = read(api, text)
    assert answer["schedules"] == []
    assert said in str(answer["questions"])


def test_no_repetition_is_neither(api: Api) -> None:
    answer = read(api, "crawl reddit for $NVDA")
    assert (answer["schedules"], answer["questions"]) == ([], [])


def test_at_a_terminal_it_is_created_after_a_yes(
    terminal: Terminal, stack: Facade, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAWDBOT_API_URL", stack.api_url)
    monkeypatch.setenv("CLAWDBOT_API_KEY", stack.admin_key)
    sentence = ("add", "every morning at 7 crawl reddit for $CLKS", "--timezone", "Europe/Berlin")
    code, said = terminal(*sentence)
    assert code == 2
    assert "cron 0 7 * * *, Europe/Berlin" in said
    assert api.http.get("/schedules/reddit-crawl-clks").status_code == 404
    code, said = terminal(*sentence, "--yes")
    assert (code, said.splitlines()[-1]) == (0, "Scheduled: reddit-crawl-clks")
    made = api.http.get("/schedules/reddit-crawl-clks").json()
    assert made["definition"]["action"]["task"]["params"]["ticker"] == "CLKS"
    # The name is taken, so another one is.
    assert terminal(*sentence, "--yes")[1].splitlines()[-1] == "Scheduled: reddit-crawl-clks-2"
    for name in ("reddit-crawl-clks", "reddit-crawl-clks-2"):
        api.http.delete(f"/schedules/{name}")
