"""EDGAR's JSON, as far as we use it."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, Field, TypeAdapter, ValidationError, model_validator

from activities.sources.answers import Answer

M = TypeVar("M", bound=BaseModel)

#: EDGAR writes an empty string for "no date".
OptionalDate = Annotated[date | None, BeforeValidator(lambda value: value or None)]


class ListedCompany(BaseModel):
    """A row of `company_tickers.json`."""

    cik_str: int
    ticker: str
    title: str

    @property
    def padded_cik(self) -> str:
        """The CIK as paths and rows have it: ten digits."""
        return f"{self.cik_str:010d}"


_COMPANY_TICKERS = TypeAdapter(dict[str, Any])


def listed_companies(body: bytes) -> list[ListedCompany]:
    """The table of tickers, without rows that cannot be read.

    Raises:
        ValidationError: it is no such table.
    """
    rows = _COMPANY_TICKERS.validate_json(body).values()
    found = [company for row in rows if (company := _read(ListedCompany, row))]
    if rows and not found:
        # Says what is wrong.
        ListedCompany.model_validate(next(iter(rows)))
    return found


class ListedFiling(BaseModel):
    """One filing, taken out of the columns."""

    accession: str = Field(pattern=r"^\d{10}-\d{2}-\d{6}$")
    form: str
    filed_on: date
    period: OptionalDate
    primary_document: str

    @property
    def key(self) -> tuple[str, str]:
        """Orders filings by day, and within a day in a way that does not change."""
        return self.filed_on.isoformat(), self.accession

    @property
    def document(self) -> str:
        """The primary document; old paper filings have none, but every filing has its full text.

        What a fund holds stands beside the primary document, which is no more than a cover.
        """
        is_cover = self.form.startswith("13F-HR") and self.primary_document.lower().endswith(".xml")
        return f"{self.accession}.txt" if is_cover else self.primary_document or f"{self.accession}.txt"


class FilingColumns(BaseModel):
    """Filings as arrays, one per column. The values are looked at one filing at a time."""

    accessionNumber: list[Any]
    form: list[Any]
    filingDate: list[Any]
    reportDate: list[Any]
    primaryDocument: list[Any]

    @model_validator(mode="after")
    def _same_length(self) -> Self:
        if len({len(column) for _, column in self}) > 1:
            raise ValueError("the columns differ in length")
        return self

    def rows(self) -> "Listing":
        """The filings one by one."""
        columns = (self.accessionNumber, self.form, self.filingDate, self.reportDate, self.primaryDocument)
        found = [_filing(*values) for values in zip(*columns, strict=True)]
        filings = [filing for filing in found if filing]
        return Listing(filings, len(found) - len(filings))


@dataclass(frozen=True)
class Listing:
    """The filings of a list, and how many of its rows cannot be read."""

    filings: list[ListedFiling]
    unreadable: int


def _filing(accession: object, form: object, filed: object, period: object, document: object) -> ListedFiling | None:
    row = {"accession": accession, "form": form, "filed_on": filed, "period": period, "primary_document": document}
    return _read(ListedFiling, row)


def _read(model: type[M], row: Any) -> M | None:
    """None: it cannot be read, which takes no other row with it."""
    try:
        return model.model_validate(row)
    except ValidationError:
        return None


class OlderFile(BaseModel):
    """Where filings are that the main file no longer holds."""

    name: str = Field(pattern=r"^[\w.-]+\.json$")
    filingFrom: date
    filingTo: date


class Filings(Answer):
    """A company's filings, the recent ones at hand."""

    recent: FilingColumns
    files: list[Any] = Field(default_factory=list)

    @property
    def readable_files(self) -> list[OlderFile]:
        return [file for each in self.files if (file := _read(OlderFile, each))]


class Submissions(Answer):
    """A company's main file."""

    name: str = ""
    filings: Filings
