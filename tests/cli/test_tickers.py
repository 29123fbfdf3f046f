"""`clawdbot tickers` and `clawdbot agent`."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Shell
from tests.cli.facade import Facade
from tests.cli.watched import AT, need, ticker


def sent(facade: Facade, method: str) -> list[tuple[str, Any]]:
    return [(each.path, each.body) for each in facade.asked if each.method == method]


def test_the_list(clawdbot: Shell, facade: Facade) -> None:
    signals = {"mentions": 1_240, "trend": 0.41, "earnings_in_days": 3}
    day = "2026-03-04"
    facade.watchlist = {
        "tickers": [
            ticker("GME", name="Game\x1b[2JStop", watchers=12_000, earnings_date=day, score=61, signals=signals),
            ticker("IBM", tracked=False),
        ],
        "total": 3,
        "next": "IBM",
    }  # fmt: skip
    heading, gme, ibm, _, more = clawdbot("tickers", "list", "--untracked", "--after", "A").out.splitlines()
    assert heading.split() == ["TICKER", "NAME", "TRACKED", "WATCHERS", "MENTIONS", "TREND", "EARNINGS", "SCORE"]
    assert gme.split() == [
        "GME",
        "Game\\x1b[2JStop",
        "yes",
        "12,000",
        "1,240",
        "+0.41",
        "2026-03-04",
        "(in",
        "3",
        "d)",
        "61",
    ]
    assert ibm.split() == ["IBM", "no", "0", "?"]
    assert more == "2 of 3 tickers; --all shows the rest, --limit N up to 500, --after IBM the next page"
    assert facade.asked[-1].query == {"tracked": ["false"], "after": ["A"], "limit": ["100"]}
    assert clawdbot("tickers", "list", "--json").json["tickers"][0]["signals"]["trend"] == 0.41


def test_an_empty_list_says_what_to_do(clawdbot: Shell, facade: Facade) -> None:
    facade.watchlist = {"tickers": [], "total": 0, "next": None}
    assert "clawdbot tickers add NVDA" in clawdbot("tickers", "list").out
    facade.watchlist["total"] = 4
    assert clawdbot("tickers", "list", "--untracked").out == "No ticker matches --untracked.\n"


def test_adding_and_changing(clawdbot: Shell, facade: Facade) -> None:
    assert clawdbot("tickers", "add", "NVDA").out == "NVDA is tracked: 0 watchers.\n"
    ran = clawdbot(
        "tickers", "add", "gme", "--name", "GameStop", "--watchers", 1, "--earnings", "2026-05-27", "--score", 61.5
    )
    assert ran.out == "GME is tracked: 1 watcher, earnings on 2026-05-27, score 61.5.\n"
    changed = clawdbot(
        "tickers", "set", "GME", "--untracked", "--earnings", "none", "--score", "none", "--name", "none"
    )
    assert changed.out == "GME is watched, but not tracked: 0 watchers.\n"
    assert sent(facade, "PUT") == [
        ("/tickers/NVDA", {}),
        ("/tickers/gme", {"name": "GameStop", "watchers": 1, "earnings_date": "2026-05-27", "score": 61.5}),
        ("/tickers/GME", {"tracked": False, "earnings_date": None, "score": None, "name": None}),
    ]
    assert clawdbot("tickers", "set", "GME", "--watchers", 5, "--json").json["watchers"] == 5


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["set", "GME"], "Say what to change: --name"),
        (["add", "GME", "--earnings", "soon"], "Give the day of the earnings as 2026-05-27, or none."),
        (["add", "GME", "--score", "high"], "Give the score as a number from 0 to 100, or none."),
        (["add", "GME", "--score", "nan"], "Give the score as a number from 0 to 100, or none."),
    ],
)
def test_what_makes_no_sense_is_not_sent(clawdbot: Shell, facade: Facade, words: list[str], said: str) -> None:
    ran = clawdbot("tickers", *words)
    assert ran.code == 2
    assert ran.err.startswith(said)
    assert facade.asked == []


def test_removing(clawdbot: Shell, facade: Facade) -> None:
    assert clawdbot("tickers", "remove", "brk.b").out == "BRK.B is watched no longer.\n"
    assert sent(facade, "DELETE") == [("/tickers/brk.b", None)]


def test_importing(clawdbot: Shell, facade: Facade, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(b"ticker\nNVDA\n")
    assert clawdbot("tickers", "import", file).out == "1 ticker added, 2 changed, 3 as they were.\n"
    assert sent(facade, "POST") == [("/tickers/import", b"ticker\nNVDA\n")]
    assert facade.asked[-1].headers["content-type"] == "text/csv"
    assert clawdbot("tickers", "import", tmp_path / "none.csv").code == 2


def test_the_scan(clawdbot: Shell, facade: Facade) -> None:
    facade.trending = {"hours": 6, "posts": 2_000, "posts_before": 1_900, "tickers": []}
    ran = clawdbot("tickers", "scan", "--hours", 6, "--posts", 9)
    assert ran.out == (
        "No symbol that is not tracked is trending (2,000 posts of the last 6 h against 1,900 of those before).\n"
    )
    assert facade.asked[-1].query == {"hours": ["6"], "posts": ["9"], "limit": ["50"]}
    found = {"known": False, "momentum": 0.6, "posts": 40, "posts_before": 2, "authors": 31, "cashtags": 40}
    facade.trending["tickers"] = [{"ticker": "SMCI", **found}]
    assert clawdbot("tickers", "scan").out.splitlines()[1].split() == ["SMCI", "no", "40", "2", "31", "40", "+0.60"]


def test_the_ranking(clawdbot: Shell, facade: Facade) -> None:
    facade.ranking = {
        "at": AT, "weights": {}, "targets": {}, "tickers": 3, "left_out": 0, "candidates": 5,
        "ranking": [need("GME"), need("IBM", due=False, score=3), need("TSLA", in_hand=True)],
    }  # fmt: skip
    lines = clawdbot("agent", "ranking", "--weight", "watchers=0", "--weight", "cost=2", "--due").out.splitlines()
    assert lines[1].split() == ["41.3", "GME", "reddit", "yes", "GME", "is", "old."]
    assert lines[2].split()[:4] == ["3.0", "IBM", "reddit", "no"]
    assert "under way" in lines[3]
    assert lines[-1] == "3 of 5 needs; --limit N shows up to 1,000"
    assert facade.asked[-1].query == {"limit": ["20"], "due": ["true"], "watchers": ["0"], "cost": ["2"]}
    assert clawdbot("agent", "ranking", "--json").json["candidates"] == 5
    wrong = clawdbot("agent", "ranking", "--weight", "hype=1")
    assert (wrong.code, wrong.err.startswith("Give a weight as watchers=2.")) == (2, True)


def test_a_ranking_of_nothing_says_what_to_do(clawdbot: Shell, facade: Facade) -> None:
    facade.ranking = {
        "at": AT, "weights": {}, "targets": {}, "tickers": 0, "left_out": 0, "candidates": 0, "ranking": []
    }  # fmt: skip
    assert "clawdbot tickers add NVDA" in clawdbot("agent", "ranking").out
