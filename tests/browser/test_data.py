"""Coverage, tickers and figures: what is stale turns fresh by a click, and charts have the numbers of the API."""

import csv
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.visitor import Visiting, seconds
from tests.stack.harness import RunningStack

_NOTED = (
    "INSERT INTO metrics_moments (at, waiting, held, tickers, fresh, queues, sources)"
    " VALUES (%s, 7, 2, 4, 3, '{\"echo\": [7, 2]}', '{\"reddit\": [4, 3]}')"
)
_LONG_AGO = "UPDATE ticker_data_freshness SET last_success_at = now() - interval '3 days' WHERE ticker = %s"


def test_a_stale_cell_turns_fresh(visit: Visiting, stack: RunningStack) -> None:
    ticker = "AMD"
    stack.api.wait_for(stack.api.submit("reddit_crawl", {"ticker": ticker, "limit": 20}), "succeeded", seconds=60)
    stack.execute(_LONG_AGO, ticker)
    with visit() as visitor:
        visitor.sign_in(f"coverage?ticker={ticker}")
        page = visitor.page
        cell = page.locator(f"[data-cell='{ticker}/reddit']")
        expect(cell).to_have_attribute("data-state", "stale")
        expect(cell).to_contain_text("Stale")
        cell.click()
        # Why it is as it is; and a way to change that.
        expect(page.get_by_role("dialog")).to_contain_text("Collected too long ago.")
        page.get_by_role("button", name="Collect now").click()
        expect(cell).to_have_attribute("data-state", "fresh", timeout=seconds(60))


def test_tickers_are_pasted_and_taken_off(visit: Visiting, stack: RunningStack) -> None:
    with visit() as visitor:
        visitor.sign_in("tickers")
        visitor.expected.append(re.compile(r"/tickers/import$"))
        page = visitor.page
        page.get_by_role("button", name="Add tickers").first.click()
        page.get_by_label("Tickers", exact=True).fill("$plain, PASTED\nAAAAAAAAAAAAAAA")
        page.get_by_role("button", name="Add", exact=True).click()
        # All or none, and it says which.
        expect(page.get_by_role("dialog")).to_contain_text("Nothing was imported: 1 mistake in the file.")
        expect(page.get_by_role("dialog")).to_contain_text("AAAAAAAAAAAAAAA: ")
        page.get_by_label("Tickers", exact=True).fill("$plain, PASTED")
        page.get_by_role("button", name="Add", exact=True).click()
        row = page.locator("[data-ticker=PASTED]")
        expect(row).to_be_visible()
        row.get_by_role("button", name="PASTED").click()
        drawer = page.get_by_role("dialog")
        expect(drawer).to_contain_text("The budget of 0 tasks per hour")
        drawer.get_by_role("button", name="Take it off the watchlist").click()
        page.get_by_role("button", name="Take it off", exact=True).click()
        expect(row).to_be_hidden()
    for ticker in ("PLAIN", "PASTED"):
        stack.api.http.delete(f"/tickers/{ticker}")


def test_a_chart_has_the_numbers_of_the_api(visit: Visiting, stack: RunningStack, tmp_path: Path) -> None:
    stack.api.wait_for(stack.api.submit("echo"), "succeeded")
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=3)
    stack.execute(_NOTED, hour)
    with visit() as visitor:
        visitor.sign_in("charts")
        page = visitor.page
        expect(page.locator("canvas").first).to_be_visible()
        with page.expect_download() as saved:
            page.get_by_role("button", name="Save as CSV: Tasks by type").click()
        said = stack.api.http.get("/metrics/tasks", params={"days": 7}).json()["types"]
        saved.value.save_as(tmp_path / "types.csv")
        rows = {row["type"]: row for row in csv.DictReader((tmp_path / "types.csv").read_text().splitlines())}
        for each in said:
            row = rows.get(each["task_type"])
            # What was counted in between may be one more.
            assert row is None or int(row["succeeded"]) <= each["succeeded"]
        assert rows
        with page.expect_download() as picture:
            page.get_by_role("button", name="Save as PNG: Tasks by hour").click()
        picture.value.save_as(tmp_path / "throughput.png")
        assert (tmp_path / "throughput.png").read_bytes()[:4] == b"\x89PNG"
        # Of what is true only at its time, core has written down each minute.
        page.get_by_role("tab", name="Queue and workers").click()
        with page.expect_download() as saved:
            page.get_by_role("button", name="Save as CSV: Tasks that waited, mean of each hour").click()
        saved.value.save_as(tmp_path / "queue.csv")
        waited = {row["hour"]: row for row in csv.DictReader((tmp_path / "queue.csv").read_text().splitlines())}
        row = waited[f"{hour:%Y-%m-%dT%H:%M:%SZ}"]
        assert (row["the most at once"], row["echo"]) == ("7", "7")
