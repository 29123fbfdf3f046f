"""Filings as EDGAR has had them since 1993: typed, rendered, for programs, of several companies, in older files."""

from typing import Any

import pytest
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from activities.sources.sec.documents import text_of
from tests.activities.sec.test_sec_odd import OddEdgar, crawl
from tests.activities.sec.test_sec_odd import edgar as edgar

TYPED = """<SEC-DOCUMENT>0000000077-96-000023.txt
<SEC-HEADER>
COMPANY CONFORMED NAME: NEW CO
</SEC-HEADER>
<DOCUMENT>
<TYPE>10-K
<SEQUENCE>1
<TEXT>
<PAGE>
<TABLE>
<CAPTION>
                     1996    1995
<S>                  <C>     <C>
Net income <loss>    <816>   424
</TABLE>
R&D at AT&T: <less than 1%>, A<B and B>C
</TEXT>
</DOCUMENT>
"""
HIDDEN = """<?xml version='1.0' encoding='ASCII'?><html><head><title>t</title></head><body><div style="display:none">
<ix:header><ix:hidden><ix:nonNumeric name="dei:X">false</ix:nonNumeric></ix:hidden><ix:resources><xbrli:context>
<xbrli:identifier>0001</xbrli:identifier></xbrli:context></ix:resources></ix:header></div>
<p>Revenue was $<ix:nonFraction>1,234</ix:nonFraction> million</p></body></html>"""
TABLE = "<table><tr><td>Net sales</td><td>$</td><td>1,234</td></tr><tr><td>Loss</td><td>(5)</td></tr></table>"
HELD = "<t><infoTable><nameOfIssuer>APPLE INC</nameOfIssuer><cusip>037833100</cusip><value>100</value></infoTable></t>"
FORM_4 = (
    "<x><issuerTradingSymbol>NEWCO</issuerTradingSymbol><transactionShares>\n<value>100</value></transactionShares></x>"
)
HOLDINGS = f"""<DOCUMENT>
<TYPE>13F-HR
<TEXT><XML><e><periodOfReport>12-31-2025</periodOfReport></e></XML></TEXT>
</DOCUMENT>
<DOCUMENT>
<TYPE>INFORMATION TABLE
<FILENAME>infotable.xml
<TEXT><XML><?xml version="1.0"?>{HELD.replace("<", "<ns1:").replace("<ns1:/", "</ns1:")}</XML></TEXT>
</DOCUMENT>
"""


@pytest.mark.parametrize(
    ("name", "document", "lines"),
    [
        (
            "x.txt", TYPED,
            ["1996 1995", "Net income <loss> <816> 424", "R&D at AT&T: <less than 1%>, A<B and B>C"],
        ),
        ("k.htm", HIDDEN, ["Revenue was $1,234 million"]),
        ("k.htm", TABLE, ["Net sales $ 1,234", "Loss (5)"]),
        ("infotable.xml", HELD, ["nameOfIssuer: APPLE INC", "cusip: 037833100", "value: 100"]),
        ("form4.xml", FORM_4, ["issuerTradingSymbol: NEWCO", "transactionShares: 100"]),
        # What EDGAR makes a page of for people keeps the name of the XML.
        ("xslF345X05/form4.xml", f"<html><body>{TABLE}</body></html>", ["Net sales $ 1,234", "Loss (5)"]),
        ("x.xml", "<note>only <b>one</b> &amp; no end</note>", ["only", "b: one", "& no end"]),
        ("x.txt", HOLDINGS, ["periodOfReport: 12-31-2025", "INFORMATION TABLE", "nameOfIssuer: APPLE INC"]),
    ],
)  # fmt: skip
def test_what_a_person_would_read(name: str, document: str, lines: list[str]) -> None:
    found = text_of(document.encode(), f"https://a.example/{name}").text.split("\n")
    assert [line for line in found if line in lines] == lines
    assert len(lines) == len(found) or name == "x.txt"


async def test_an_old_filing_is_its_full_text(edgar: OddEdgar) -> None:
    edgar.rows[77] = [("10-K405", "1996-12-19", "1996-09-27", "", "0000000077-96-000023")]
    edgar.documents["0000000077-96-000023.txt"] = PlainTextResponse(TYPED)
    _, rows = await crawl(filing_types=["10-K"], date_range={"from": "1996-01-01", "to": "1996-12-31"})
    assert str(rows["10-K405"].filed_on) == "1996-12-19"
    assert "Net income <loss> <816> 424" in rows["10-K405"].text


async def test_what_a_fund_holds_is_not_on_the_cover(edgar: OddEdgar) -> None:
    edgar.rows[77] = [("13F-HR", "2026-02-10", "2025-12-31", "xslForm13F_X02/primary_doc.xml")]
    edgar.documents["0000000077-26-000000.txt"] = PlainTextResponse(HOLDINGS)
    _, rows = await crawl(filing_types=["13F"])
    assert "nameOfIssuer: APPLE INC" in rows["13F-HR"].text
    assert rows["13F-HR"].document_url.endswith("/000000007726000000/0000000077-26-000000.txt")


async def test_pictures_and_scans_are_kept_without_a_text(edgar: OddEdgar) -> None:
    edgar.rows[77] = [("ARS", "2026-02-10", "", "annual report.pdf"), ("8-K", "2026-02-09", "", "k.htm")]
    edgar.documents["annual report.pdf"] = Response(b"%PDF-1.7", media_type="application/pdf")
    result, rows = await crawl(filing_types=["ARS", "8-K"])
    assert (rows["ARS"].text, result.with_text, result.filings_collected) == ("", 1, 2)
    assert rows["ARS"].document_url.endswith("annual%20report.pdf")


@pytest.mark.parametrize(
    ("asked", "filed"),
    [
        ("SC TO-T", {"SC TO-T", "SC 14D1", "SC 14D1/A"}),
        ("SC 13D", {"SC 13D", "SCHEDULE 13D/A"}),
        ("10-K", {"10-K", "10-K405/A", "10-KSB", "10-KT"}),
        ("10-K/A", {"10-K405/A"}),
    ],
)
async def test_a_form_that_was_renamed(edgar: OddEdgar, asked: str, filed: set[str]) -> None:
    names = "SC TO-T|SC 14D1|SC 14D1/A|SC 13D|SCHEDULE 13D/A|10-K|10-K405/A|10-KSB|10-KT|NT 10-K|SC TO-C".split("|")
    edgar.rows[77] = [(name, "2026-02-05", "", "x.htm") for name in names]
    _, rows = await crawl(filing_types=[asked])
    assert set(rows) == filed


async def test_a_filing_of_several_companies_is_one(edgar: OddEdgar) -> None:
    edgar.rows[77] = [("8-K", "2026-02-10", "", "k.htm", "0000000099-26-000001")] * 2
    edgar.rows[99] = edgar.rows[77][:1]
    result, rows = await crawl(filing_types=["8-K"])
    assert (result.filings_collected, edgar.asked) == (1, ["k.htm"])
    assert "/data/77/000000009926000001/" in rows["8-K"].document_url
    other, _ = await crawl(ticker="CIK99", filing_types=["8-K"])
    assert (other.cik, other.filings_collected) == ("0000000099", 1)


async def test_older_files_are_read_while_more_is_needed(edgar: OddEdgar) -> None:
    """Of what stands in two lists only one counts: the limit is of filings, not of lines."""
    edgar.rows[77] = [("10-K", f"20{year}-02-10", "", "k.htm", f"0000000077-{year}-000001") for year in (26, 25, 25)]
    names = [f"submissions-00{part}" for part in (1, 2, 3)]
    spans = (("2014-01-01", "2025-02-10"), ("2001-01-01", "2013-12-31"), ("1993-01-01", "2000-12-31"))
    edgar.files = [
        {"name": f"CIK0000000077-{name}.json", "filingFrom": start, "filingTo": end}
        for name, (start, end) in zip(names, spans, strict=True)
    ]
    edgar.older = {name: [] for name in names} | {
        names[0]: [edgar.rows[77][1], ("10-K", "2014-02-10", "", "k.htm")],
        names[1]: [("10-K405", "2001-02-10", "", "")],
        names[2]: [("10-K", "1996-02-10", "", "")],
    }
    params: dict[str, Any] = {"filing_types": ["10-K"], "date_range": {"from": "1993-01-01"}}

    async def collected(limit: int) -> tuple[int, list[str]]:
        edgar.asked.clear()
        result, _ = await crawl(**params, limit=limit)
        return result.filings_collected, [name for name in edgar.asked if name in names]

    assert await collected(2) == (2, [])
    assert await collected(3) == (3, names[:1])
    assert await collected(5) == (5, names)
    edgar.asked.clear()
    await crawl(filing_types=["10-K"], date_range={"from": "1995-01-01", "to": "1997-01-01"})
    assert [name for name in edgar.asked if name in names] == names[2:]


async def test_the_day_is_the_one_that_the_sec_counts(edgar: OddEdgar) -> None:
    """Accepted on a Friday evening in New York, it is filed on Monday, whatever day that is elsewhere."""
    edgar.rows[77] = [("8-K", "2026-02-02", "2026-01-30", "k.htm")]
    edgar.documents["k.htm"] = HTMLResponse("<p>x</p>")
    for day, found in (("2026-01-30", 0), ("2026-02-02", 1), ("2026-02-03", 0)):
        result, _ = await crawl(filing_types=["8-K"], date_range={"from": day, "to": day})
        assert result.filings_collected == found
