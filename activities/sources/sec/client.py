"""Reading EDGAR: the table of tickers, a company's filings, their documents. Sends each request once."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Self, TypeVar
from urllib.parse import quote

import httpx
from aiolimiter import AsyncLimiter
from pydantic import BaseModel, ValidationError

from activities.context import in_thread
from activities.sources.sec.documents import DocumentText, text_of
from activities.sources.sec.models import (
    FilingColumns,
    ListedCompany,
    ListedFiling,
    Listing,
    OlderFile,
    Submissions,
    listed_companies,
)
from activities.sources.sec.settings import SecSettings
from activities.sources.web.unpacking import unpacked
from contracts.errors import BadSourceReply, CredentialsRefused, NotFound, RateLimited, SourceUnavailable
from contracts.retry_after import retry_after_seconds
from contracts.tickers.spelling import dashed
from contracts.trust import trusted

M = TypeVar("M", bound=BaseModel)

#: Most that is read of one reply; what follows in a document would not fit into its text anyway.
BYTES_LIMIT = 20 * 1024 * 1024
#: The SEC allows 10 requests per second and shuts out for ten minutes who sends more. It counts a user's machines
#: together: see `TaskContext.turn`. Before that, the tasks of this worker take turns, which costs nobody a request.
LIMITER = AsyncLimiter(1, 0.11)
SHUT_OUT_SECONDS = 600.0
_READABLE = (".htm", ".html", ".txt", ".xml")
#: The page for who asked too often; reports do not speak of it in their titles.
_SHUT_OUT, _SHORT = re.compile(rb"<title>[^<]*Request Rate Threshold", re.IGNORECASE), 4_096
#: How the store behind EDGAR's archive answers for a document that it does not have.
_ABSENT = re.compile(rb"<Code>\s*(?:AccessDenied|NoSuchKey)\s*</Code>")


class SecClient:
    """Use it as an async context manager."""

    def __init__(self, settings: SecSettings, turn: Callable[[], Awaitable[None]]) -> None:
        """``turn`` is awaited before each request."""
        self._settings = settings
        self._turn = turn
        self._http = httpx.AsyncClient(
            headers={"User-Agent": settings.user_agent, "Accept-Encoding": "gzip, deflate"},
            timeout=settings.timeout,
            verify=trusted(),
            follow_redirects=False,
        )
        #: Requests sent so far.
        self.requests = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def company(self, ticker: str) -> ListedCompany:
        """The company of a ticker.

        Raises:
            NotFound: the SEC lists no such ticker.
        """
        body = await self._get(f"{self._settings.archives_url}/files/company_tickers.json")
        try:
            companies = listed_companies(body)
        except ValidationError:
            raise _unreadable("table of tickers") from None
        # Of preferred shares and warrants (BAC-PB, GME-WT) it writes a hyphen, too, and it lists no foreign exchange.
        symbol = dashed(ticker).replace(".", "-")
        for company in companies:
            if company.ticker.upper() == symbol:
                return company
        raise NotFound(
            f"The SEC lists no company with the ticker {ticker}. Correct the task's ticker, or name the company's CIK "
            "in its place."
        )

    async def registrant(self, cik: int, ticker: str) -> ListedCompany:
        """The company of a CIK, whatever its ticker is now.

        Raises:
            NotFound: there is no such registrant.
        """
        company = ListedCompany(cik_str=cik, ticker=ticker, title="")
        try:
            submissions = await self._json(Submissions, f"CIK{company.padded_cik}.json")
        except NotFound:
            raise NotFound(f"The SEC has no registrant with the CIK {cik}. Correct the number.") from None
        return company.model_copy(update={"title": submissions.name or f"CIK {cik}"})

    async def recent(self, company: ListedCompany) -> tuple[Listing, list[OlderFile]]:
        """A company's recent filings, and the files with the older ones."""
        submissions = await self._json(Submissions, f"CIK{company.padded_cik}.json")
        filings = submissions.filings
        listing = filings.recent.rows()
        files = filings.readable_files
        return replace(listing, unreadable=listing.unreadable + len(filings.files) - len(files)), files

    async def older(self, file: OlderFile) -> Listing:
        """The filings in one of those files."""
        columns = await self._json(FilingColumns, file.name)
        return columns.rows()

    async def text(self, url: str) -> DocumentText:
        """The text of a document; empty if it is not readable as text, or no longer there."""
        if not url.lower().endswith(_READABLE):
            return DocumentText()
        try:
            body = await self._get(url)
        except NotFound:
            return DocumentText()
        # What is cut off here is text of the document as well.
        cut = len(body) >= BYTES_LIMIT
        return await in_thread(lambda: text_of(body, url, cut=cut))

    def document_url(self, company: ListedCompany, filing: ListedFiling) -> str:
        """Where a filing's primary document is."""
        folder = f"{company.cik_str}/{filing.accession.replace('-', '')}"
        return f"{self._settings.archives_url}/Archives/edgar/data/{folder}/{quote(filing.document)}"

    async def _json(self, model: type[M], file: str) -> M:
        body = await self._get(f"{self._settings.url}/submissions/{file}")
        try:
            return model.model_validate_json(body)
        except ValidationError:
            raise _unreadable("list of filings") from None

    async def _get(self, url: str) -> bytes:
        await LIMITER.acquire()
        await self._turn()
        self.requests += 1
        try:
            async with self._http.stream("GET", url) as response:
                body = await _bounded(response)
        except httpx.TimeoutException:
            raise SourceUnavailable(f"The SEC did not answer within {self._settings.timeout:g} s.") from None
        except httpx.InvalidURL:
            # httpx looks where a redirect leads, also where it is told not to follow any.
            raise BadSourceReply("The SEC redirects to something that is not an address.") from None
        except httpx.HTTPError as error:
            raise SourceUnavailable(f"The connection to the SEC failed ({type(error).__name__}).") from None
        _refuse(response, body)
        return body


async def _bounded(response: httpx.Response) -> bytes:
    body = bytearray()
    encodings = response.headers.get("content-encoding", "")
    # httpx takes half of a packed reply for all of it.
    async for chunk in unpacked(response.aiter_raw(), encodings, response.url.host, BYTES_LIMIT):
        body += chunk
        if len(body) >= BYTES_LIMIT:
            break
    return bytes(body[:BYTES_LIMIT])


def _refuse(response: httpx.Response, body: bytes) -> None:
    status = response.status_code
    # Whatever status it comes with: as the text of a document it would be stored.
    shut_out = _SHUT_OUT.search(body[:_SHORT]) is not None
    if status == HTTPStatus.OK and not shut_out:
        return
    shut_out = shut_out or b"Request Rate Threshold" in body
    if status == HTTPStatus.TOO_MANY_REQUESTS or shut_out:
        wait = retry_after_seconds(response.headers.get("retry-after"))
        if wait is None and shut_out:
            # Whoever asks again before that is shut out for longer.
            wait = SHUT_OUT_SECONDS
        raise RateLimited("The SEC asked this worker to slow down.", retry_after=wait)
    if status == HTTPStatus.NOT_FOUND or (status == HTTPStatus.FORBIDDEN and _ABSENT.search(body)):
        raise NotFound(f"The SEC has nothing at {response.url.path}.")
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise CredentialsRefused(
            f"The SEC refuses this worker ({status}). Check SEC_USER_AGENT: a name and a contact e-mail."
        )
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise SourceUnavailable(f"The SEC answered with an error of its own ({status}).")
    raise BadSourceReply(f"The SEC answered with status {status}.")


def _unreadable(what: str) -> BadSourceReply:
    return BadSourceReply(f"The SEC's {what} could not be read.")
