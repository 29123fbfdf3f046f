"""EDGAR's JSON: the table of tickers, and a company's filings as columns."""

from collections.abc import Callable, Sequence
from typing import Any

from sandbox.companies import COMPANIES, Company
from sandbox.sec.filings import Filing

#: Filings in the main file; the rest is in older files of `OLDER` each. The real ones hold 1,000 and more.
RECENT = 80
OLDER = 60

_COLUMNS: dict[str, Callable[[Filing], Any]] = {
    "accessionNumber": lambda filing: filing.accession,
    "filingDate": lambda filing: filing.filed_on.isoformat(),
    "reportDate": lambda filing: filing.period.isoformat() if filing.period else "",
    "acceptanceDateTime": lambda filing: f"{filing.filed_on}T20:{filing.accession[-1]}5:11.000Z",
    "act": lambda filing: "34",
    "form": lambda filing: filing.form,
    "fileNumber": lambda filing: "" if filing.form == "4" else f"001-{filing.company.cik % 100_000:05d}",
    "filmNumber": lambda filing: "",
    "items": lambda filing: "2.02,9.01" if filing.form == "8-K" else "",
    "core_type": lambda filing: filing.form,
    "size": lambda filing: 10_000 + int(filing.accession[-6:]),
    "isXBRL": lambda filing: int(filing.form.startswith("10-")),
    "isInlineXBRL": lambda filing: int(filing.form.startswith("10-")),
    "primaryDocument": lambda filing: filing.document,
    "primaryDocDescription": lambda filing: filing.description,
}


def company_tickers() -> dict[str, dict[str, Any]]:
    """The whole of `company_tickers.json`."""
    return {
        str(number): {"cik_str": company.cik, "ticker": company.ticker, "title": company.name}
        for number, company in enumerate(COMPANIES)
    }


def columns(filings: Sequence[Filing]) -> dict[str, list[Any]]:
    """Filings as EDGAR has them: one array per column."""
    return {name: [value(filing) for filing in filings] for name, value in _COLUMNS.items()}


def older_files(company: Company, filings: Sequence[Filing]) -> dict[str, Sequence[Filing]]:
    """The older filings by the name of the file that holds them, newest file first."""
    old = filings[RECENT:]
    return {
        f"CIK{company.padded_cik}-submissions-{number:03d}.json": old[first : first + OLDER]
        for number, first in enumerate(range(0, len(old), OLDER), start=1)
    }


def submissions(company: Company, filings: Sequence[Filing]) -> dict[str, Any]:
    """The whole of `CIK##########.json`."""
    return {
        "cik": company.padded_cik,
        "entityType": "operating",
        "sic": company.sic,
        "sicDescription": company.industry,
        "name": company.name,
        "tickers": [company.ticker],
        "exchanges": [company.exchange],
        "category": "Large accelerated filer",
        "fiscalYearEnd": "1231",
        "stateOfIncorporation": "DE",
        "formerNames": [],
        "filings": {
            "recent": columns(filings[:RECENT]),
            "files": [_older_file(name, held) for name, held in older_files(company, filings).items()],
        },
    }


def _older_file(name: str, held: Sequence[Filing]) -> dict[str, Any]:
    return {
        "name": name,
        "filingCount": len(held),
        "filingFrom": held[-1].filed_on.isoformat(),
        "filingTo": held[0].filed_on.isoformat(),
    }
