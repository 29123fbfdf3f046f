"""Collect a company's SEC filings with the text of their primary documents, in batches, newest first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pydantic import Field

from activities.context import TaskContext
from activities.cursors import Place
from activities.sources.retry_waits import wait_and_retry
from activities.sources.sec.client import SecClient
from activities.sources.sec.documents import DocumentText
from activities.sources.sec.models import ListedCompany, ListedFiling, Listing, OlderFile
from activities.sources.sec.reach import beyond_the_registrant, check_forms, other_forms
from activities.sources.sec.settings import SecSettings
from activities.sources.text import storable
from contracts.params.crawl import SecFilingCrawlParams
from contracts.params.sec_forms import compact, with_variants
from contracts.records.exchange import StoreReply
from contracts.records.rows import RecordKind, SecFiling, SecFilingPiece
from contracts.tasks.results import SecFilingCrawlResult

#: Filings stored at once, and so the most that a crash repeats.
BATCH = 5
_SOURCE = "the SEC"
#: Of the filings whose text is not kept whole, so many are named.
_NAMED = 10
#: Reports of a period, in compact words.
_OF_PERIODS = ("10K", "10Q", "20F", "40F")


async def sec_filing_crawl(context: TaskContext, params: SecFilingCrawlParams) -> SecFilingCrawlResult:
    """Look up the company, pick its filings by form and day, and fetch their documents.

    Raises:
        TaskError: see `contracts.errors`.
    """
    async with SecClient(SecSettings.from_environment(), context.turn) as sec:
        company = await wait_and_retry(context, _SOURCE, lambda: _company(sec, params))
        crawl = _Crawl(context, params, sec, company, _Place.of(context.cursor))
        return await crawl.run()


async def _company(sec: SecClient, params: SecFilingCrawlParams) -> ListedCompany:
    number = params.cik or (params.ticker.removeprefix("CIK") if params.ticker[3:].isdecimal() else "")
    if number.isdecimal():
        return await sec.registrant(int(number), params.ticker)
    return await sec.company(params.ticker)


class _Place(Place):
    """Where the crawl stands. This is the cursor."""

    #: Day and accession number of the last filing that was stored.
    last: tuple[str, str] | None = None
    result: SecFilingCrawlResult = Field(default_factory=SecFilingCrawlResult)


@dataclass
class _Crawl:
    """One attempt."""

    context: TaskContext
    params: SecFilingCrawlParams
    sec: SecClient
    company: ListedCompany
    place: _Place

    async def run(self) -> SecFilingCrawlResult:
        """The rest of the crawl, from its place on."""
        result = self.place.result
        result.company, result.cik = self.company.title, self.company.padded_cik
        self.context.progress(step=f"listing the filings of {self.company.title}")
        to_do = await self._to_do()
        total = result.filings_collected + len(to_do)
        for first in range(0, len(to_do), BATCH):
            await self._batch(to_do[first : first + BATCH], total)
        self._count_requests()
        return result

    async def _to_do(self) -> list[ListedFiling]:
        """The wanted filings that are not stored yet. Older files are read only while more are needed."""
        result = self.place.result
        room = self.params.limit - result.filings_collected
        wanted = self._filter()
        listing, files = await wait_and_retry(self.context, _SOURCE, lambda: self.sec.recent(self.company))
        seen, unreadable = list(listing.filings), listing.unreadable
        for file in sorted(files, key=lambda file: file.filingTo, reverse=True):
            originals = {filing.accession for filing in seen if wanted(filing) and not self._is_amendment(filing)}
            if len(originals) < room and self._may_hold_wanted(file):
                older = await self._older(file)
                seen, unreadable = seen + older.filings, unreadable + older.unreadable
        result.unreadable_rows = unreadable
        result.left_out = beyond_the_registrant(self.company, seen, files, self._bounds()[0])
        check_forms(self.params.filing_types, seen)
        distinct = {filing.accession: filing for filing in seen if wanted(filing)}
        if not distinct and not result.filings_collected:
            result.left_out = self._nothing_found(seen, result.left_out)
        # The latest 10-K is no 10-K/A of its Part III. A resumed crawl comes to the same choice.
        by_worth = sorted(distinct.values(), key=lambda filing: filing.key, reverse=True)
        by_worth.sort(key=self._is_amendment)
        return sorted(by_worth[: max(room, 0)], key=lambda filing: filing.key, reverse=True)

    def _nothing_found(self, seen: Sequence[ListedFiling], said: str | None) -> str | None:
        first, last = self._bounds()
        in_range = [filing for filing in seen if first <= filing.filed_on <= last]
        other = other_forms(self.company, self.params.filing_types, in_range)
        return " ".join(sentence for sentence in (said, other) if sentence) or None

    async def _older(self, file: OlderFile) -> Listing:
        return await wait_and_retry(self.context, _SOURCE, lambda: self.sec.older(file))

    def _bounds(self) -> tuple[date, date]:
        """First and last day wanted. Filings have no time of day, so days that are touched count whole."""
        return self.params.date_range.days(self.context.submitted_at)

    def _may_hold_wanted(self, file: OlderFile) -> bool:
        first, last = self._bounds()
        return file.filingTo >= first and file.filingFrom <= last

    def _is_amendment(self, filing: ListedFiling) -> bool:
        """Whether it amends a report that was asked for, and was not asked for itself.

        That of a period says a part of it again. Of a statement of holdings or a registration the last one counts.
        """
        form = compact(filing.form)
        return form not in self._forms and form.startswith(_OF_PERIODS)

    @cached_property
    def _forms(self) -> set[str]:
        return with_variants(self.params.filing_types)

    def _filter(self) -> Callable[[ListedFiling], bool]:
        first, last = self._bounds()
        forms, done = self._forms, self.place.last

        def wanted(filing: ListedFiling) -> bool:
            if done is not None and filing.key >= done:
                return False
            # Who wants a form wants its amendments (10-K/A), but not the other way round.
            form = compact(filing.form)
            return first <= filing.filed_on <= last and (form in forms or form.removesuffix("/A") in forms)

        return wanted

    async def _batch(self, filings: list[ListedFiling], total: int) -> None:
        """Fetch, store, remember, report: in this order, a lost attempt repeats at most this batch."""
        found = [(filing, await self._text(filing)) for filing in filings]
        rows = [self._row(filing, document) for filing, document in found]
        # Before the rows that say how many there are.
        if pieces := [piece for filing, document in found for piece in self._pieces(filing, document)]:
            await self.context.store(RecordKind.SEC_FILING_PIECES, pieces)
        reply = await self.context.store(RecordKind.SEC_FILINGS, rows)
        self._count(rows, reply)
        self._count_truncated([filing for filing, document in found if document.truncated])
        self.place.last = filings[-1].key
        self.context.checkpoint(self.place.model_dump(mode="json"))
        collected = self.place.result.filings_collected
        step = f"{filings[-1].form} of {filings[-1].filed_on} ({collected} of {total})"
        self.context.progress(percent=100 * collected / total, step=step, filings_collected=collected)

    async def _text(self, filing: ListedFiling) -> DocumentText:
        url = self.sec.document_url(self.company, filing)
        return await wait_and_retry(self.context, _SOURCE, lambda: self.sec.text(url))

    def _pieces(self, filing: ListedFiling, document: DocumentText) -> list[SecFilingPiece]:
        """Those behind the first one."""
        return [
            SecFilingPiece(
                ticker=self.params.ticker,
                piece_id=f"{filing.accession}:{number}",
                accession_number=filing.accession,
                number=number,
                filed_on=filing.filed_on,
                text=text,
            )
            for number, text in enumerate(document.pieces[1:], 2)
        ]

    def _row(self, filing: ListedFiling, document: DocumentText) -> SecFiling:
        pieces = document.pieces
        return SecFiling(
            ticker=self.params.ticker,
            cik=self.company.padded_cik,
            accession_number=filing.accession,
            company=storable(self.company.title, 500),
            form=storable(filing.form, 50),
            filed_on=filing.filed_on,
            period_of_report=filing.period,
            primary_document=storable(filing.document, 500),
            document_url=self.sec.document_url(self.company, filing),
            text=pieces[0],
            characters=len(document.text),
            pieces=len(pieces),
            truncated=document.truncated,
        )

    def _count_truncated(self, filings: list[ListedFiling]) -> None:
        result = self.place.result
        result.truncated += len(filings)
        result.truncated_filings += [filing.accession for filing in filings]
        del result.truncated_filings[_NAMED:]

    def _count(self, rows: list[SecFiling], reply: StoreReply) -> None:
        result = self.place.result
        result.filings_collected += len(rows)
        result.with_text += sum(bool(row.text) for row in rows)
        result.in_pieces += sum(row.pieces > 1 for row in rows)
        result.new += reply.inserted
        result.duplicates += reply.duplicates
        for row in rows:
            result.per_form[row.form] = result.per_form.get(row.form, 0) + 1
        result.date_range_actual = result.date_range_actual.widened(*(row.filed_on for row in rows))
        self._count_requests()

    def _count_requests(self) -> None:
        self.place.result.requests += self.sec.requests
        self.sec.requests = 0
