"""`sec_filing_crawl` against the sandbox's EDGAR."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from activities.sec_filing_crawl import sec_filing_crawl
from contracts.errors import (
    BadSourceReply,
    CredentialsMissing,
    CredentialsRefused,
    NotFound,
    RateLimited,
    SourceUnavailable,
    TaskError,
)
from contracts.params.crawl import SecFilingCrawlParams
from contracts.records.rows import SecFiling
from contracts.tasks.results import SecFilingCrawlResult
from sandbox.companies import BY_CIK, COMPANIES
from sandbox.sec.filings import Filing
from tests.activities.recording_context import RecordingContext
from tests.sandbox_server import NOW, Sandbox, seconds_between

NVIDIA = next(company for company in COMPANIES if company.ticker == "NVDA")


async def crawl(
    context: RecordingContext | None = None, **changes: Any
) -> tuple[SecFilingCrawlResult, RecordingContext]:
    context = context or RecordingContext(NOW)
    params = {"ticker": "NVDA", "filing_types": ["10-K", "10-Q"], "date_range": {"last_days": 365}} | changes
    return await sec_filing_crawl(context, SecFilingCrawlParams.model_validate(params)), context


def expected(sandbox: Sandbox, forms: set[str], since: date, cik: int = NVIDIA.cik) -> dict[str, Filing]:
    filings = sandbox.filings.of(cik)
    return {f.accession: f for f in filings if f.form in forms and f.filed_on >= since}


def stored(context: RecordingContext) -> dict[str, SecFiling]:
    rows = context.table.rows.values()
    return {row.accession_number: row for row in rows if isinstance(row, SecFiling)}


async def test_keeps_the_wanted_forms_and_their_amendments(sandbox: Sandbox) -> None:
    result, context = await crawl()

    wanted = expected(sandbox, {"10-K", "10-K/A", "10-Q"}, date(2025, 3, 2))
    assert {filing.form for filing in wanted.values()} == {"10-K", "10-K/A", "10-Q"}
    assert set(stored(context)) == set(wanted)
    assert result.filings_collected == result.new == result.with_text == len(wanted)
    assert sum(result.per_form.values()) == len(wanted)
    assert result.requests == 2 + len(wanted) == len(sandbox.requests("sec")) == context.turns
    assert (result.company, result.cik) == ("NVIDIA CORP", "0001045810")
    days = [filing.filed_on for filing in wanted.values()]
    assert (result.date_range_actual.from_, result.date_range_actual.to) == (min(days), max(days))
    lengths = {row.form: len(row.text) for row in stored(context).values()}
    assert lengths["10-K"] == 200_000
    assert 1_000 < lengths["10-K/A"] < 200_000
    _assert_reported(context, len(wanted))
    _assert_spaced(sandbox)


def _assert_reported(context: RecordingContext, filings: int) -> None:
    assert context.steps[0] == "listing the filings of NVIDIA CORP"
    assert context.percents == sorted(context.percents)
    assert context.percents[-1] == 100
    assert context.counters["filings_collected"] == filings


def _assert_spaced(sandbox: Sandbox) -> None:
    """At most ten requests per second: turns are 0.11 s apart, arrivals may jitter, the whole may not."""
    sent = sandbox.requests("sec")
    assert len(sent) > 5
    assert seconds_between(sent[0], sent[-1]) >= 0.1 * (len(sent) - 1)


async def test_a_row_holds_what_the_sec_says(sandbox: Sandbox) -> None:
    _, context = await crawl(filing_types=["10-K", "8-K", "4", "DEF 14A"], date_range={"last_days": 60})

    rows = stored(context)
    assert {"10-K", "8-K", "4"} <= {row.form for row in rows.values()}
    for filing in sandbox.filings.of(NVIDIA.cik):
        if row := rows.get(filing.accession):
            _assert_same(row, filing)


def _assert_same(row: SecFiling, filing: Filing) -> None:
    assert (row.form, row.filed_on, row.period_of_report) == (filing.form, filing.filed_on, filing.period)
    assert row.primary_document == filing.document
    folder = f"/edgar/data/1045810/{filing.accession.replace('-', '')}"
    assert row.document_url.endswith(f"{folder}/{filing.document}")
    assert row.text.startswith("UNITED STATES\nSECURITIES AND EXCHANGE COMMISSION\nFORM " + filing.form)
    assert "tracked" not in row.text
    assert "<" not in row.text


async def test_amendments_alone(sandbox: Sandbox) -> None:
    _, context = await crawl(filing_types=["10-K/A"], date_range={"from": "2024-01-01"})

    amendments = set(expected(sandbox, {"10-K/A"}, date(2024, 1, 1)))
    assert set(stored(context)) == amendments != set()


async def test_reads_older_files_when_the_range_needs_them(sandbox: Sandbox) -> None:
    _, context = await crawl(filing_types=["10-Q"], date_range={"from": "2021-06-01", "to": "2022-06-30"})

    since = expected(sandbox, {"10-Q"}, date(2021, 6, 1))
    wanted = {f.accession for f in since.values() if f.filed_on <= date(2022, 6, 30)}
    assert set(stored(context)) == wanted
    assert len(wanted) == 3
    assert _older_files_read(sandbox) >= 2


async def test_stops_at_the_limit_without_reading_older_files(sandbox: Sandbox) -> None:
    result, context = await crawl(filing_types=["4"], date_range={"from": "2020-01-01"}, limit=7)

    newest = list(expected(sandbox, {"4"}, date(2020, 1, 1)))[:7]
    assert list(stored(context)) == newest
    assert result.filings_collected == 7
    assert context.stores == [5, 2]
    assert _older_files_read(sandbox) == 0


def _older_files_read(sandbox: Sandbox) -> int:
    return sum("-submissions-" in entry["path"] for entry in sandbox.requests("sec"))


async def test_a_range_with_both_ends(sandbox: Sandbox) -> None:
    _, context = await crawl(filing_types=["8-K"], date_range={"from": "2025-05-01", "to": "2025-08-31"})

    since = expected(sandbox, {"8-K"}, date(2025, 5, 1))
    assert set(stored(context)) == {f.accession for f in since.values() if f.filed_on <= date(2025, 8, 31)}


async def test_a_share_class_is_written_with_a_hyphen_at_the_sec(sandbox: Sandbox) -> None:
    _, context = await crawl(ticker="BRK.B", filing_types=["10-K"])

    berkshire = next(cik for cik, company in BY_CIK.items() if company.ticker == "BRK-B")
    assert set(stored(context)) == set(expected(sandbox, {"10-K", "10-K/A"}, date(2025, 3, 2), berkshire))
    assert {row.ticker for row in stored(context).values()} == {"BRK.B"}


async def test_nothing_found() -> None:
    result, context = await crawl(filing_types=["20-F"])

    assert result.filings_collected == 0
    assert result.date_range_actual.to is None
    assert context.stores == []


async def test_unknown_ticker() -> None:
    with pytest.raises(NotFound, match="ZZZZ"):
        await crawl(ticker="ZZZZ")


async def test_a_document_that_is_gone_is_kept_without_text(sandbox: Sandbox) -> None:
    sandbox.fault("sec", "status", status=404, times=1, path_contains="/Archives/")

    result, _ = await crawl(limit=2)

    assert result.with_text == result.filings_collected - 1


FAILURES: list[tuple[dict[str, Any], type[TaskError], str]] = [
    ({"kind": "status", "status": 401}, CredentialsRefused, "SEC_USER_AGENT"),
    ({"kind": "status", "status": 403}, CredentialsRefused, "SEC_USER_AGENT"),
    ({"kind": "status", "status": 404, "path_contains": "/submissions/"}, NotFound, "CIK0001045810"),
    ({"kind": "status", "status": 418}, BadSourceReply, "418"),
    ({"kind": "status", "status": 429, "retry_after": 300}, RateLimited, "slow down"),
    ({"kind": "status", "status": 500}, SourceUnavailable, "500"),
    ({"kind": "status", "status": 503, "path_contains": "/Archives/"}, SourceUnavailable, "503"),
    ({"kind": "garbage"}, BadSourceReply, "tickers"),
    ({"kind": "garbage", "path_contains": "/submissions/"}, BadSourceReply, "filings"),
    ({"kind": "reset"}, SourceUnavailable, "connection"),
    ({"kind": "hang"}, SourceUnavailable, "within 0.2 s"),
]


@pytest.mark.parametrize(("fault", "error", "says"), FAILURES)
async def test_failures_are_told_apart_and_never_retried_inside(
    sandbox: Sandbox,
    break_source: Callable[..., None],
    fault: dict[str, Any],
    error: type[TaskError],
    says: str,
) -> None:
    break_source("sec", **fault)

    with pytest.raises(error, match=says) as caught:
        await crawl()

    assert caught.value.retry_after == fault.get("retry_after")
    failed = [e for e in sandbox.requests("sec") if fault.get("path_contains", "") in e["path"]]
    assert len(failed) == 1


async def test_missing_contact(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEC_USER_AGENT", "clawdbot tests")
    with pytest.raises(CredentialsMissing, match="contact e-mail"):
        await crawl()

    monkeypatch.delenv("SEC_USER_AGENT")
    with pytest.raises(CredentialsMissing, match=r"^SEC_USER_AGENT is not set"):
        await crawl()

    assert sandbox.requests("sec") == []


async def test_resumed_when_all_is_stored_it_only_reports() -> None:
    clean, first = await crawl(limit=1)

    result, second = await crawl(RecordingContext(NOW, cursor=first.cursor), limit=1)

    assert second.stores == []
    assert result.filings_collected == clean.filings_collected
