"""The sandbox's EDGAR: shapes, older files, documents, the contact."""

from datetime import date
from typing import Any

import pytest

from tests.sandbox_server import Sandbox

CONTACT = {"User-Agent": "sandbox tests tests@example.com"}


def get(sandbox: Sandbox, path: str) -> Any:
    return sandbox.http.get(f"/sec{path}", headers=CONTACT).raise_for_status().json()


def test_company_tickers(sandbox: Sandbox) -> None:
    companies = get(sandbox, "/files/company_tickers.json")

    assert companies["0"] == {"cik_str": 1045810, "ticker": "NVDA", "title": "NVIDIA CORP"}
    assert "BRK-B" in {company["ticker"] for company in companies.values()}


def test_submissions_are_columns_with_older_files(sandbox: Sandbox) -> None:
    main = get(sandbox, "/submissions/CIK0001045810.json")

    recent, files = main["filings"]["recent"], main["filings"]["files"]
    assert len({len(column) for column in recent.values()}) == 1
    assert recent["filingDate"] == sorted(recent["filingDate"], reverse=True)
    older = [get(sandbox, f"/submissions/{file['name']}") for file in files]
    assert [len(page["form"]) for page in older] == [file["filingCount"] for file in files]
    everything = recent["accessionNumber"] + [number for page in older for number in page["accessionNumber"]]
    assert everything == [filing.accession for filing in sandbox.filings.of(1045810)]
    assert older[0]["filingDate"][0] == files[0]["filingTo"] <= recent["filingDate"][-1]


def test_every_company_files_reports_and_amendments(sandbox: Sandbox) -> None:
    for company in get(sandbox, "/files/company_tickers.json").values():
        filings = sandbox.filings.of(company["cik_str"])
        assert {"10-K", "10-K/A", "10-Q", "8-K", "4", "DEF 14A"} == {filing.form for filing in filings}
        last_year = [filing.form for filing in filings if filing.filed_on >= date(2025, 3, 2)]
        assert last_year.count("10-Q") == 3
        assert len({filing.accession for filing in filings}) == len(filings)


def test_documents(sandbox: Sandbox) -> None:
    filing = sandbox.filings.of(320193)[0]
    folder = f"/sec/Archives/edgar/data/320193/{filing.accession.replace('-', '')}"

    first, again = (sandbox.http.get(f"{folder}/{filing.document}", headers=CONTACT) for _ in range(2))

    assert "Apple Inc." in first.text
    assert first.content == again.content
    assert sandbox.http.get(f"{folder}/{filing.accession}.txt", headers=CONTACT).status_code == 200
    assert sandbox.http.get(f"{folder}/other.htm", headers=CONTACT).status_code == 404


@pytest.mark.parametrize(
    "path", ["/submissions/CIK0000000001.json", "/submissions/other.json", "/Archives/edgar/data/1/2/3.htm"]
)
def test_what_is_not_there(sandbox: Sandbox, path: str) -> None:
    assert sandbox.http.get(f"/sec{path}", headers=CONTACT).status_code == 404


def test_who_leaves_no_contact_is_shut_out(sandbox: Sandbox) -> None:
    reply = sandbox.http.get("/sec/files/company_tickers.json", headers={"User-Agent": "Mozilla/5.0"})

    assert reply.status_code == 403
    assert "Undeclared Automated Tool" in reply.text
