"""The watchlist over HTTP: adding, changing, removing, importing; who did what; and nothing by halves."""

from typing import Any

import httpx
import pytest

from tests.support.facade import Api, Facade

CSV = {"Content-Type": "text/csv"}


def put(api: Api, ticker: str, **fields: Any) -> httpx.Response:
    return api.http.put(f"/tickers/{ticker}", json=fields)


def get(api: Api, ticker: str) -> Any:
    reply = api.http.get(f"/tickers/{ticker}")
    assert reply.status_code == 200, reply.text
    return reply.json()


def upload(api: Api, content: str | bytes) -> httpx.Response:
    return api.http.post("/tickers/import", content=content, headers=CSV)


def audited(stack: Facade, object_: str) -> list[tuple[str, Any]]:
    rows = stack.rows("SELECT action, details FROM audit_log WHERE object = %s ORDER BY id", object_)
    return [(row["action"], row["details"]) for row in rows]


def test_a_ticker_is_added_changed_and_removed(stack: Facade, api: Api) -> None:
    reply = put(api, "$wtaa", name="  Watch\nTest ", watchers=12, earnings_date="2030-05-27")
    assert reply.status_code == 201
    added = reply.json()
    assert (added["ticker"], added["name"], added["tracked"], added["watchers"]) == ("WTAA", "Watch Test", True, 12)
    assert added["added_by"] == "human:admin"
    changed = put(api, "WTAA", tracked=False, earnings_date=None)
    assert changed.status_code == 200
    now = changed.json()
    assert (now["name"], now["watchers"], now["tracked"], now["earnings_date"]) == ("Watch Test", 12, False, None)
    assert api.http.delete("/tickers/WTAA").status_code == 204
    assert api.http.get("/tickers/WTAA").status_code == 404
    assert api.http.delete("/tickers/WTAA").json()["detail"].startswith("This ticker is not on the watchlist.")
    assert audited(stack, "WTAA") == [
        ("ticker.put", {"name": "Watch Test", "watchers": 12, "earnings_date": "2030-05-27"}),
        ("ticker.put", {"tracked": False, "earnings_date": None}),
        ("ticker.remove", {}),
    ]


def test_what_changes_nothing_leaves_no_trace(stack: Facade, api: Api) -> None:
    put(api, "WTAB", watchers=3)
    before = get(api, "WTAB")
    assert put(api, "WTAB", watchers=3).status_code == 200
    assert put(api, "WTAB").status_code == 200
    assert get(api, "WTAB") == before
    assert len(audited(stack, "WTAB")) == 1


def test_a_score_remembers_the_one_before(api: Api) -> None:
    assert put(api, "WTAC", score=40).json()["signals"]["score_change"] is None
    moved = put(api, "WTAC", score=50).json()
    assert (moved["score_before"], moved["score"], moved["signals"]["score_change"]) == (40, 50, 0.4)
    assert put(api, "WTAC", watchers=9).json()["score_before"] == 40


@pytest.mark.parametrize(
    ("ticker", "fields", "where"),
    [
        ("WTBA", {"watchers": -1}, "watchers"),
        ("WTBA", {"watchers": 10**12}, "watchers"),
        ("WTBA", {"watchers": None}, "watchers"),
        ("WTBA", {"tracked": None}, "tracked"),
        ("WTBA", {"score": 101}, "score"),
        ("WTBA", {"name": "a\x00b"}, "name"),
        ("WTBA", {"name": "x" * 201}, "name"),
        ("WTBA", {"earnings_date": "soon"}, "earnings_date"),
        ("WTBA", {"watcher": 1}, "watcher"),
        ("WAY-TOO-LONG", {}, "path.ticker"),
        ("1ABC", {}, "path.ticker"),
    ],
)
def test_what_makes_no_sense_changes_nothing(api: Api, ticker: str, fields: dict[str, Any], where: str) -> None:
    reply = put(api, ticker, **fields)
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["field"] == where
    assert api.http.get("/tickers/WTBA").status_code == 404


def test_pages(api: Api) -> None:
    tickers = ["WTCA", "WTCB", "WTCC"]
    for each in tickers:
        put(api, each, tracked=each != "WTCB")
    seen, after = list[str](), "WTC"
    while after and len(seen) < 3:
        page = api.http.get("/tickers", params={"after": after, "limit": 1}).json()
        assert page["total"] >= 3
        seen += [each["ticker"] for each in page["tickers"]]
        after = page["next"]
    assert seen == tickers
    untracked = api.http.get("/tickers", params={"after": "WTC", "tracked": False, "limit": 500}).json()
    found = [each["ticker"] for each in untracked["tickers"]]
    assert "WTCB" in found
    assert "WTCA" not in found


def test_an_import(stack: Facade, api: Api) -> None:
    put(api, "WTDA", name="Stays", watchers=1)
    file = '\ufeffTicker, watchers ,tracked,earnings_date\r\n$wtda,7,,\r\n\r\nWTDB,"2",no,2030-01-02\r\nWTDC,,,\r\n'
    assert upload(api, file).json() == {"added": 2, "changed": 1, "unchanged": 0}
    assert upload(api, file).json() == {"added": 0, "changed": 0, "unchanged": 3}
    found = [get(api, ticker) for ticker in ("WTDA", "WTDB")]
    assert [(each["name"], each["watchers"], each["tracked"]) for each in found] == [
        ("Stays", 7, True),
        (None, 2, False),
    ]
    first, second = audited(stack, "watchlist")[-2:]
    assert first == ("ticker.import", {"added": 2, "changed": 1, "first": ["WTDB", "WTDC", "WTDA"]})
    assert second == ("ticker.import", {"added": 0, "changed": 0, "first": []})


def test_an_import_is_refused_as_a_whole_with_a_sentence_per_line(api: Api) -> None:
    file = "ticker,watchers,score\nWTEA,5,\nWTEB,-5,50\nWTEB,x,500\n,1,1\nWTEA,1,1\nWTEC,1\n"
    reply = upload(api, file)
    assert reply.status_code == 422
    assert reply.json()["detail"] == "Nothing was imported: 6 mistakes in the file."
    assert [(each["field"], each["message"].split(":")[0]) for each in reply.json()["errors"]] == [
        ("line 3", "watchers"),
        ("line 4", "watchers"),
        ("line 4", "score"),
        ("line 5", "ticker"),
        ("line 6", "WTEA is in the file twice"),
        ("line 7", "has 2 cells, but the first line names 3 columns"),
    ]
    assert api.http.get("/tickers/WTEA").status_code == 404


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        (b"", 422, "The file is empty."),
        (b"symbol\nA\n", 422, "'symbol' is no column. The first line names the columns: name, tracked,"),
        (b"watchers\n1\n", 422, "The column 'ticker' is missing."),
        (b"ticker,ticker\nA,A\n", 422, "A column is named twice"),
        (b"ticker\nA\nB\xff\n", 422, "Line 3 is not UTF-8."),
        (b'ticker\n"A\n', 422, "This is no CSV: line 2:"),
        (b"ticker,name\nA,a\x00b\n", 422, "Nothing was imported: 1 mistake in the file."),
        (b"ticker\n" + b"".join(b"A%d\n" % n for n in range(5_001)), 413, "The file is too large;"),
        (b"ticker\n" + b"A" * 1_100_000, 413, "The file is too large;"),
    ],
)
def test_files_that_are_none(api: Api, content: bytes, status: int, said: str) -> None:
    reply = upload(api, content)
    assert (reply.status_code, reply.json()["detail"][: len(said)]) == (status, said)


def test_only_csv_is_taken(api: Api) -> None:
    reply = api.http.post("/tickers/import", files={"file": ("list.csv", b"ticker\nWTFA\n")})
    assert reply.status_code == 415
    assert "text/csv" in reply.json()["detail"]


def test_the_watchlist_has_an_end(stack: Facade, api: Api) -> None:
    stack.execute(
        "INSERT INTO watched_tickers (ticker, tracked, added_by, changed_by)"
        " SELECT 'WTN' || n, false, 'test', 'test' FROM generate_series(1, 20000) n"
    )
    for reply in (put(api, "WTGA"), upload(api, "ticker,watchers\nWTN1,5\nWTGA,1\n")):
        assert reply.status_code == 409
        assert "more than 20,000 tickers" in reply.json()["detail"]
    assert api.http.get("/tickers/WTGA").status_code == 404
    assert get(api, "WTN1")["watchers"] == 0
    stack.execute("DELETE FROM watched_tickers WHERE ticker ~ '^WTN[0-9]'")


def test_many_at_once(stack: Facade, api: Api) -> None:
    file = "ticker,watchers\n" + "".join(f"WTM{n},{n}\n" for n in range(5_000))
    assert upload(api, file).json()["added"] == 5_000
    assert get(api, "WTM4999")["watchers"] == 4_999
    ranked = api.http.get("/agent/ranking", params={"limit": 1}).json()
    assert ranked["tickers"] == 1_000
    assert ranked["left_out"] >= 4_000
    stack.execute("DELETE FROM watched_tickers WHERE ticker ~ '^WTM[0-9]'")


def test_a_ticker_that_nobody_lists_is_explained_too(api: Api) -> None:
    """The page asks for whatever was ever collected."""
    reply = api.http.get("/agent/explain", params={"ticker": "WTZZ"})
    assert reply.status_code == 200, reply.text
    assert reply.json() == {
        "ticker": "WTZZ",
        "agent": "WTZZ is left alone: it is not on the watchlist.",
        "sources": [],
        "decisions": [],
    }
