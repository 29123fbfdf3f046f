"""Reading EDGAR: the table of tickers, a company's filings, their documents. Sends each request once."""

from http import HTTPStatus
from typing import Self, TypeVar
from urllib.parse import quote

import httpx
from aiolimiter import AsyncLimiter
from pydantic import BaseModel, ValidationError

from activities.context import in_thread
from activities.sources.sec.models import (
    COMPANY_TICKERS,
    FilingColumns,
    ListedCompany,
    ListedFiling,
    OlderFile,
    Submissions,
)
from activities.sources.sec.settings import SecSettings
from activities.sources.text import storable
from activities.sources.web.html_text import html_to_text
from contracts.errors import BadSourceReply, CredentialsRefused, NotFound, RateLimited, SourceUnavailable
from contracts.retry_after import retry_after_seconds

M = TypeVar("M", bound=BaseModel)

#: Longest text kept of a document, in characters.
TEXT_LIMIT = 200_000
#: Most that is read of one reply; what follows in a document would not fit into its text anyway.
BYTES_LIMIT = 20 * 1024 * 1024
#: The SEC allows 10 requests per second and shuts out for ten minutes who sends more.
#: A worker's tasks share one: the SEC counts per machine.
LIMITER = AsyncLimiter(1, 0.11)
SHUT_OUT_SECONDS = 600.0
_READABLE = (".htm", ".html", ".txt", ".xml")


class SecClient:
    """Use it as an async context manager."""

    def __init__(self, settings: SecSettings) -> None:
        self._settings = settings
        self._http = httpx.AsyncClient(
            headers={"User-Agent": settings.user_agent}, timeout=settings.timeout, follow_redirects=False
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
            companies = COMPANY_TICKERS.validate_json(body)
        except ValidationError:
            raise _unreadable("table of tickers") from None
        # The SEC writes share classes with a hyphen.
        symbol = ticker.replace(".", "-")
        for company in companies.values():
            if company.ticker.upper() == symbol:
                return company
        raise NotFound(f"The SEC lists no company with the ticker {ticker}. Correct the task's ticker.")

    async def recent(self, company: ListedCompany) -> tuple[list[ListedFiling], list[OlderFile]]:
        """A company's recent filings, and the files with the older ones."""
        submissions = await self._json(Submissions, f"CIK{company.padded_cik}.json")
        return _rows(submissions.filings.recent), submissions.filings.files

    async def older(self, file: OlderFile) -> list[ListedFiling]:
        """The filings in one of those files."""
        return _rows(await self._json(FilingColumns, file.name))

    async def text(self, url: str) -> str:
        """The text of a document; empty if it is not readable as text, or no longer there."""
        if not url.lower().endswith(_READABLE):
            return ""
        try:
            body = await self._get(url)
        except NotFound:
            return ""
        text = await in_thread(lambda: html_to_text(_decoded(body), TEXT_LIMIT))
        return storable(text, TEXT_LIMIT)

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


def _rows(columns: FilingColumns) -> list[ListedFiling]:
    try:
        return columns.rows()
    except ValidationError:
        raise _unreadable("list of filings") from None


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        # Older documents come from Windows word processors and rarely say so.
        return body.decode("cp1252", "replace")


async def _bounded(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) >= BYTES_LIMIT:
            break
    return bytes(body[:BYTES_LIMIT])


def _refuse(response: httpx.Response, body: bytes) -> None:
    status = response.status_code
    if status == HTTPStatus.OK:
        return
    if status == HTTPStatus.TOO_MANY_REQUESTS or b"Request Rate Threshold" in body:
        wait = retry_after_seconds(response.headers.get("retry-after"))
        if wait is None and status == HTTPStatus.FORBIDDEN:
            wait = SHUT_OUT_SECONDS
        raise RateLimited("The SEC asked this worker to slow down.", retry_after=wait)
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise CredentialsRefused(
            f"The SEC refuses this worker ({status}). Check SEC_USER_AGENT: a name and a contact e-mail."
        )
    if status == HTTPStatus.NOT_FOUND:
        raise NotFound(f"The SEC has nothing at {response.url.path}.")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise SourceUnavailable(f"The SEC answered with an error of its own ({status}).")
    raise BadSourceReply(f"The SEC answered with status {status}.")


def _unreadable(what: str) -> BadSourceReply:
    return BadSourceReply(f"The SEC's {what} could not be read.")
