"""A crawl of news is told what the company is called, as far as it is known here."""

from typing import Any

import psycopg
import pytest

from tests.support.facade import Api, Facade

_FILING = (
    "INSERT INTO sec_filings (ticker, accession_number, cik, company, form, filed_on, primary_document, document_url,"
    " text, task_id, attempt) VALUES (%s, %s, '0', %s, '8-K', %s, 'd', 'https://s', '', gen_random_uuid(), 1)"
)
_FILED = [
    ("ROCKT", "1", "OLD NAME HOLDINGS", "2026-01-01"),
    ("ROCKT", "2", "ACME ROCKETS INC", "2026-02-01"),
    # A word of headlines: every price target would be about it.
    ("TGTT", "3", "TARGET CORP", "2026-02-01"),
]


@pytest.fixture(scope="module", autouse=True)
def known(stack: Facade) -> None:
    stack.wait_until_ready()
    for ticker, name in (("XYZZ", "Xyzzy Corporation"), ("ROCKT", None)):
        stack.api.http.put(f"/tickers/{ticker}", json={"name": name, "tracked": False}).raise_for_status()
    with psycopg.connect(stack.database_url) as connection, connection.cursor() as cursor:
        cursor.executemany(_FILING, _FILED)


def company(api: Api, **params: Any) -> Any:
    return api.task(api.submit("news_crawl", params))["params"].get("company", "nothing said")


def test_the_watchlist_comes_first_and_then_the_register(api: Api) -> None:
    assert company(api, ticker="XYZZ") == "Xyzzy Corporation"
    assert company(api, ticker="ROCKT") == "ACME ROCKETS INC"
    assert company(api, ticker="TGTT") == "nothing said"
    assert company(api, ticker="NOBODY") == "nothing said"


def test_what_the_task_says_stays(api: Api) -> None:
    assert company(api, ticker="XYZZ", company="Plugh") == "Plugh"
    assert company(api, ticker="XYZZ", company=None) is None


def test_follow_ups_are_told_too(stack: Facade, api: Api) -> None:
    news = {"task_type": "news_crawl", "params": {"ticker": "XYZZ"}}
    id_ = api.submit("web_monitor", {"url": "https://example.com/names"}, follow_ups=[news])
    [row] = stack.rows("SELECT follow_ups FROM tasks WHERE id = %s", id_)
    assert row["follow_ups"][0]["params"]["company"] == "Xyzzy Corporation"
