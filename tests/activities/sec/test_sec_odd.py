"""`sec_filing_crawl` against an EDGAR with what the sandbox's tidy one does not have."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from activities.sec_filing_crawl import sec_filing_crawl
from activities.sources.sec.documents import MOST_PIECES, TEXT_LIMIT, text_of
from contracts.errors import BadSourceReply, InvalidParams, NotFound, RateLimited
from contracts.params.crawl import SecFilingCrawlParams
from contracts.params.sec_forms import form_of
from contracts.records.rows import SecFiling, SecFilingPiece
from contracts.tasks.results import SecFilingCrawlResult
from tests.activities.recording_context import Crash, RecordingContext
from tests.sandbox_server import NOW
from tests.serving import serving

#: form, day, report date, document; at times the accession number
Row = tuple[Any, ...]
ROWS: list[Row] = [
    ("10-K", "2026-02-10", "2025-12-31", "k.htm"),
    ("10-K405", "2026-02-09", "2025-12-31", "k405.htm"),
    ("DEF 14A", "2026-02-08", "", "proxy.htm"),
    ("4", "2026-02-07", "2026-02-06", "form4.xml"),
    ("8-K12B", "2026-02-06", "2026-02-05", "succession.htm"),
]
ABSENT = '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'
SHUT_OUT = "<html><title>SEC.gov | Request Rate Threshold Exceeded</title><p>… managed for ten minutes.</p></html>"


def columns(rows: list[Row], part: int = 0) -> dict[str, list[Any]]:
    names = ("form", "filingDate", "reportDate", "primaryDocument")
    found: dict[str, list[Any]] = {name: [row[n] for row in rows] for n, name in enumerate(names)}
    # Whoever sends for several companies, or twice, gives one number.
    numbers = [row[4] if len(row) > 4 else f"0000000077-26-{part * 1000 + n:06d}" for n, row in enumerate(rows)]
    return found | {"accessionNumber": numbers}


@dataclass
class OddEdgar:
    """Lists by CIK, documents by name."""

    rows: dict[int, list[Row]] = field(default_factory=lambda: {77: ROWS})
    documents: dict[str, Response] = field(default_factory=dict)
    files: list[Any] = field(default_factory=list)
    #: What those hold, by name.
    older: dict[str, list[Row]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def tickers(self, _: Request) -> Response:
        nameless = {"cik_str": 1, "ticker": None, "title": "NO TICKER"}
        return JSONResponse({"0": nameless, "1": {"cik_str": 77, "ticker": "NEWCO", "title": "NEW CO"}})

    async def submissions(self, request: Request) -> Response:
        cik, _, older = request.path_params["cik"].partition("-")
        if older:
            self.asked.append(older)
            return JSONResponse(columns(self.older[older], int(older[-3:])))
        rows = self.rows.get(int(cik))
        if rows is None:
            return Response(status_code=404)
        return JSONResponse({"name": "SOME CO", "filings": {"recent": columns(rows), "files": self.files}})

    async def document(self, request: Request) -> Response:
        name = request.path_params["name"]
        self.asked.append(name)
        return self.documents.get(name) or HTMLResponse(f"<p>The text of {name}.</p>")


@pytest.fixture
def edgar(monkeypatch: pytest.MonkeyPatch) -> Iterator[OddEdgar]:
    edgar = OddEdgar()
    routes = [
        Route("/files/company_tickers.json", edgar.tickers),
        Route("/submissions/CIK{cik}.json", edgar.submissions),
        Route("/Archives/edgar/data/{cik}/{accession}/{name:path}", edgar.document),
    ]
    with serving(Starlette(routes=routes)) as url:
        monkeypatch.setenv("SEC_URL", url)
        monkeypatch.setenv("SEC_ARCHIVES_URL", url)
        yield edgar


async def crawl(
    context: RecordingContext | None = None, **changes: Any
) -> tuple[SecFilingCrawlResult, dict[str, SecFiling]]:
    context = context or RecordingContext(NOW)
    params = {"ticker": "NEWCO", "date_range": {"last_days": 30}} | changes
    result = await sec_filing_crawl(context, SecFilingCrawlParams.model_validate(params))
    return result, {row.form: row for row in context.table.rows.values() if isinstance(row, SecFiling)}


@pytest.mark.parametrize(
    ("written", "forms"),
    [
        ("10k", {"10-K", "10-K405", "10-KT/A"}),
        ("10-K405", {"10-K405"}),
        ("DEF14A", {"DEF 14A"}),
        ("Form 4", {"4"}),
        ("form4", {"4"}),
        ("proxy statement", {"DEF 14A"}),
        ("8k-12b", {"8-K12B"}),
        ("13G", {"SCHEDULE 13G", "SC 13G/A", "SCHEDULE 13G/A"}),
        ("SC 13G/A", {"SC 13G/A", "SCHEDULE 13G/A"}),
        ("Schedule 13G/A", {"SC 13G/A", "SCHEDULE 13G/A"}),
        ("10-K/A", {"10-KT/A"}),
        ("8k", set()),
        ("20F", set()),
    ],
)
async def test_forms_as_people_write_them(edgar: OddEdgar, written: str, forms: set[str]) -> None:
    names = ("SCHEDULE 13G", "SC 13G/A", "SCHEDULE 13G/A", "10-KT/A")
    edgar.rows[77] = [*ROWS, *((name, "2026-02-05", "", "x.htm") for name in names)]
    _, rows = await crawl(filing_types=[written])
    assert set(rows) == forms


@pytest.mark.parametrize(
    ("wanted", "limit", "days"),
    [
        (["10-K"], 1, "20"),
        (["10-K"], 2, "20 10"),
        (["10-K"], 3, "28 20 10"),
        (["10-K", "10-K/A"], 1, "28"),
        (["10-K/A"], 1, "28"),
    ],
)
async def test_a_limit_is_filled_with_originals_before_amendments(
    edgar: OddEdgar, wanted: list[str], limit: int, days: str
) -> None:
    forms = [("10-K/A", 28), ("10-K/A", 25), ("10-K", 20), ("10-K/A", 15), ("10-K", 10)]
    edgar.rows[77] = [(form, f"2026-02-{day}", "2025-12-31", f"{day}.htm") for form, day in forms]
    context = RecordingContext(NOW)

    result, _ = await crawl(context, filing_types=wanted, limit=limit)

    rows = [row for row in context.table.rows.values() if isinstance(row, SecFiling)]
    assert " ".join(str(row.filed_on.day) for row in rows) == days
    assert result.filings_collected == limit


async def test_of_holdings_the_newest_amendments_count(edgar: OddEdgar) -> None:
    forms = [("SC 13G/A", 28), ("SC 13G/A", 25), ("SC 13G", 20), ("SC 13G", 10)]
    edgar.rows[77] = [(form, f"2026-02-{day}", "2025-12-31", f"{day}.htm") for form, day in forms]
    context = RecordingContext(NOW)

    await crawl(context, filing_types=["SC 13G"], limit=2)

    rows = [row for row in context.table.rows.values() if isinstance(row, SecFiling)]
    assert [row.filed_on.day for row in rows] == [28, 25]


async def test_a_crawl_goes_on_with_the_same_choice_of_originals_and_amendments(edgar: OddEdgar) -> None:
    forms = [("10-K/A", day) for day in range(20, 28)] + [("10-K", day) for day in range(12, 20)]
    edgar.rows[77] = [(form, f"2026-02-{day}", "2025-12-31", f"{day}.htm") for form, day in sorted(forms, reverse=True)]
    first = RecordingContext(NOW, crash_before_checkpoint=2)
    with pytest.raises(Crash):
        await crawl(first, filing_types=["10-K"], limit=12)
    second = RecordingContext(NOW, cursor=first.cursor, table=first.table)

    result, _ = await crawl(second, filing_types=["10-K"], limit=12)

    rows = [row for row in second.table.rows.values() if isinstance(row, SecFiling)]
    assert sorted(row.filed_on.day for row in rows) == [*range(12, 20), *range(24, 28)]
    assert result.filings_collected == 12


async def test_who_files_none_of_the_forms_is_told_which_there_are(edgar: OddEdgar) -> None:
    edgar.rows[77] = [
        ("6-K", "2026-02-10", "", "a.htm"),
        ("20-F", "2026-02-09", "", "b.htm"),
        ("10-K", "2024-01-01", "", "c.htm"),
    ]
    result, rows = await crawl()
    assert (rows, result.filings_collected) == ({}, 0)
    assert result.left_out
    assert "NEW CO filed none of 10-K, 10-Q, 8-K in this range, but 1 6-K, 1 20-F." in result.left_out
    assert (await crawl(filing_types=["20-F"]))[0].left_out is None
    assert (await crawl(date_range={"last_days": 1}))[0].left_out is None


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("424(b)(5)", "424B5"), ("Schedule 14A", "DEF 14A"),
        ("10k/a", "10-K/A"), ("10-K amended", "10-K/A"), ("S1", "S-1"), ("s-3asr", "S-3ASR"), ("sc13d", "SC 13D"),
        ("13F", "13F-HR"), ("6k", "6-K"), ("8K filings", "8-K"), ("S1A", "S-1/A"), ("DEF14A", "DEF 14A"),
        ("Annual report", "10-K"), ("N-PORT", "NPORT-P"), ("F-10", "F-10"), ("Form N-1A", "N-1A"),
        ("nt10-k", "NT 10-K"), ("10-Ks", "10-K"), ("SEC Form 8-K", "8-K"), ("3", "3"),
        ("Schedule 13G/A", "SCHEDULE 13G/A"), ("424B5", "424B5"), ("DEFA14A", "DEFA14A"), ("new 9-Z", "NEW 9-Z"),
    ],
)  # fmt: skip
def test_the_name_that_edgar_has(written: str, form: str) -> None:
    assert form_of(written) == form


async def test_a_form_that_is_none_is_refused_with_what_was_meant(edgar: OddEdgar) -> None:
    with pytest.raises(InvalidParams, match=r"no form '10-KK'\. Did you mean 10-K\?"):
        await crawl(filing_types=["10-KK"])


@pytest.mark.parametrize("number", ["99", "0000000099", "CIK0000000099", "cik 99"])
async def test_a_cik_may_stand_for_the_ticker(edgar: OddEdgar, number: str) -> None:
    edgar.rows[99] = ROWS[:1]
    result, rows = await crawl(ticker=number)
    assert (result.company, result.cik) == ("SOME CO", "0000000099")
    assert rows["10-K"].ticker == "CIK99"


async def test_the_registrant_before_is_named_by_its_cik(edgar: OddEdgar) -> None:
    edgar.rows[11] = [("10-K", "2024-02-10", "2023-12-31", "old.htm")]
    years: dict[str, Any] = {"filing_types": ["10-K"], "date_range": {"from": "2024-01-01"}}

    now, _ = await crawl(**years)
    before, rows = await crawl(**years, cik="0000000011")

    assert now.left_out
    assert "NEW CO (CIK 77) only since 2026-02-06. It took the place of another registrant" in now.left_out
    assert "name as its cik" in now.left_out
    assert (rows["10-K"].ticker, rows["10-K"].cik) == ("NEWCO", "0000000011")
    assert before.left_out
    assert (await crawl(date_range={"from": "2026-02-07"}))[0].left_out is None


async def test_a_cik_that_is_none(edgar: OddEdgar) -> None:
    with pytest.raises(NotFound, match="no registrant with the CIK 12"):
        await crawl(cik="12")
    with pytest.raises(ValidationError, match="number that the SEC gave"):
        SecFilingCrawlParams.model_validate({"ticker": "NEWCO", "cik": "twelve"})


@pytest.mark.parametrize(
    "row",
    [("8-K", "2026-02-10", "0000-00-00", None), ("8-K", "0000-00-00", "", "x.htm"), (None, "2026-02-10", "", "x")],
)
async def test_a_row_that_cannot_be_read_is_left_out_and_counted(edgar: OddEdgar, row: Any) -> None:
    edgar.rows[77] = [row, *ROWS]
    result, rows = await crawl(filing_types=["10-K", "8-K"])
    assert (result.unreadable_rows, set(rows)) == (1, {"10-K", "10-K405"})


async def test_so_is_a_file_of_older_filings(edgar: OddEdgar) -> None:
    edgar.files = [{"name": "CIK0000000077-submissions-001.json", "filingFrom": "", "filingTo": None}]
    result, rows = await crawl(filing_types=["10-K"])
    assert (result.unreadable_rows, set(rows)) == (1, {"10-K", "10-K405"})


@pytest.mark.parametrize("status", [429, 403, 200])
async def test_shut_out_it_does_not_ask_again_for_ten_minutes(edgar: OddEdgar, status: int) -> None:
    edgar.documents["k.htm"] = HTMLResponse(SHUT_OUT, status_code=status)
    with pytest.raises(RateLimited) as caught:
        await crawl(filing_types=["10-K"])
    assert (caught.value.retry_after, edgar.asked) == (600, ["k.htm"])


async def test_a_document_that_is_not_there_is_no_refusal(edgar: OddEdgar) -> None:
    edgar.documents["k.htm"] = Response(ABSENT, status_code=403, media_type="application/xml")
    result, rows = await crawl(filing_types=["10-K"])
    assert (rows["10-K"].text, result.with_text, result.filings_collected) == ("", 1, 2)


async def test_a_document_that_breaks_off_is_no_success(edgar: OddEdgar) -> None:
    packed = gzip.compress(b"<p>word " * 5_000)[:-20]
    edgar.documents["k.htm"] = Response(packed, headers={"content-encoding": "gzip"}, media_type="text/html")
    with pytest.raises(BadSourceReply, match="breaks off"):
        await crawl(filing_types=["10-K"])


async def test_a_long_text_is_kept_in_pieces(edgar: OddEdgar) -> None:
    edgar.documents["k.htm"] = HTMLResponse("".join(f"<p>line {number:07}</p>" for number in range(50_000)))
    context = RecordingContext(NOW)
    result, rows = await crawl(context, filing_types=["10-K"])
    row, pieces = rows["10-K"], [each for each in context.table.rows.values() if isinstance(each, SecFilingPiece)]

    assert [piece.piece_id for piece in pieces] == [f"{row.accession_number}:{number}" for number in (2, 3, 4)]
    assert len(row.text) == TEXT_LIMIT
    whole = row.text + "".join(piece.text for piece in pieces)
    assert whole.split("\n") == [f"line {number:07}" for number in range(50_000)]
    assert (row.characters, row.pieces, row.truncated) == (len(whole), 4, False)
    assert (result.in_pieces, result.truncated, rows["10-K405"].pieces) == (1, 0, 1)


async def test_a_text_that_is_not_kept_whole_is_said(edgar: OddEdgar) -> None:
    edgar.documents["k.htm"] = HTMLResponse(f"<p>{'word ' * 200}</p>" * (TEXT_LIMIT * MOST_PIECES // 1_000 + 10))
    result, rows = await crawl(filing_types=["10-K"])
    assert (rows["10-K"].pieces, rows["10-K"].truncated) == (MOST_PIECES, True)
    assert (result.truncated, result.truncated_filings) == (1, [rows["10-K"].accession_number])


PICTURE = "begin 644 logo.jpg\n" + ("M" + "#4F&DJ*BPMKM" * 5 + "\n") * 400 + "`\nend\n"
SUBMISSION = f"""<SEC-DOCUMENT>0000000077-26-000001.txt
<DOCUMENT>
<TYPE>10-K
<FILENAME>k.htm
<TEXT><html><body><p>The annual report.</p></body></html></TEXT>
</DOCUMENT>
<DOCUMENT>
<TYPE>GRAPHIC
<FILENAME>logo.jpg
<TEXT>
{PICTURE}</TEXT>
</DOCUMENT>
<DOCUMENT>
<TYPE>EX-99.1
<TEXT>
We begin 644 new stores.
{PICTURE}
The press release.
</TEXT>
</DOCUMENT>
<DOCUMENT>
<TYPE>EX-101.INS
<FILENAME>x.xml
<TEXT><XBRL><a>12345</a></XBRL></TEXT>
</DOCUMENT>
"""


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_full_submission_is_text_without_its_pictures(ends: str) -> None:
    found = text_of(SUBMISSION.replace("\n", ends).encode(), "https://a.example/0000000077-26-000001.txt")
    assert "The annual report." in found.text
    assert "We begin 644 new stores." in found.text
    assert "The press release." in found.text
    assert not any(noise in found.text for noise in ("#4F&DJ", "logo.jpg", "12345"))
    assert len(found.text) < 400


def test_a_picture_that_breaks_off_is_no_text() -> None:
    cut = SUBMISSION[: SUBMISSION.index("#4F&DJ") + 500]
    assert "#4F&DJ" not in text_of(cut.encode(), "https://a.example/x.txt").text


def test_the_word_of_windows() -> None:
    assert text_of(b"<p>The company\x92s \x93risk\x94", "https://a.example/x.htm").text == "The company\u2019s “risk”"
