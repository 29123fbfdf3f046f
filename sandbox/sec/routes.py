"""EDGAR's endpoints under `/sec`: both its data host and its archive."""

import re

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.companies import BY_CIK
from sandbox.refusal import Refusal, mark_authorized
from sandbox.sec import replies, submissions
from sandbox.sec.documents import document
from sandbox.sec.filings import Filing, Filings

_CONTACT = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_SUBMISSIONS_FILE = re.compile(r"CIK(\d{10})(-submissions-\d{3})?\.json")


class SecRoutes:
    """One sandbox's EDGAR."""

    def __init__(self, filings: Filings) -> None:
        self._filings = filings

    def routes(self) -> list[Route]:
        """What the application serves of this."""
        return [
            Route("/sec/files/company_tickers.json", self.company_tickers),
            Route("/sec/submissions/{file}", self.submissions),
            Route("/sec/Archives/edgar/data/{cik:int}/{accession}/{document:path}", self.document),
        ]

    async def company_tickers(self, request: Request) -> Response:
        """Which CIK a ticker belongs to."""
        _check_contact(request)
        return JSONResponse(submissions.company_tickers())

    async def submissions(self, request: Request) -> Response:
        """A company's recent filings, or one of its files of older ones."""
        _check_contact(request)
        file = request.path_params["file"]
        match = _SUBMISSIONS_FILE.fullmatch(file)
        company = BY_CIK.get(int(match[1])) if match else None
        if company is None or match is None:
            return replies.error(404)
        filings = self._filings.of(company.cik)
        if not match[2]:
            return JSONResponse(submissions.submissions(company, filings))
        held = submissions.older_files(company, filings).get(file)
        return JSONResponse(submissions.columns(held)) if held else replies.error(404)

    async def document(self, request: Request) -> Response:
        """A filing's primary document, or its text under the accession number."""
        _check_contact(request)
        filing = self._filing(request.path_params["cik"], request.path_params["accession"])
        name = request.path_params["document"]
        if filing and name == filing.document:
            return HTMLResponse(document(self._filings.seed, filing))
        if filing and name == f"{filing.accession}.txt":
            return PlainTextResponse(document(self._filings.seed, filing))
        return replies.error(404)

    def _filing(self, cik: int, folder: str) -> Filing | None:
        filings = self._filings.of(cik)
        return next((each for each in filings if each.accession.replace("-", "") == folder), None)


def _check_contact(request: Request) -> None:
    """The SEC wants to know whom to write to."""
    if not _CONTACT.search(request.headers.get("user-agent", "")):
        raise Refusal(replies.error(403))
    mark_authorized(request)
