"""Every filing of the sandbox, made from the seed: a company's last six years when first asked for."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sandbox.companies import BY_CIK, Company

YEARS = 6
_DESCRIPTIONS = {"4": "FORM 4", "DEF 14A": "DEFINITIVE PROXY STATEMENT", "8-K": "CURRENT REPORT"}


@dataclass(frozen=True, slots=True)
class Filing:
    """One filing."""

    company: Company
    accession: str
    form: str
    filed_on: date
    #: None for forms that report on no period.
    period: date | None
    document: str

    @property
    def description(self) -> str:
        """What EDGAR calls the primary document."""
        return _DESCRIPTIONS.get(self.form, self.form)


class Filings:
    """All companies' filings, newest first."""

    def __init__(self, seed: int, today: date) -> None:
        self.seed = seed
        self._today = today
        self._made: dict[int, Sequence[Filing]] = {}

    def of(self, cik: int) -> Sequence[Filing]:
        """The filings of a company; empty if there is no such company."""
        company = BY_CIK.get(cik)
        if company is None:
            return ()
        if cik not in self._made:
            self._made[cik] = _history(self.seed, self._today, company)
        return self._made[cik]


def _history(seed: int, today: date, company: Company) -> Sequence[Filing]:
    dice = random.Random(f"{seed}:{today}:{company.cik}")
    begin = today - timedelta(days=365 * YEARS)
    due = [item for year in range(begin.year, today.year + 1) for item in _year(dice, company, year)]
    due = sorted((filed, form, period) for filed, form, period in due if begin <= filed < today)
    filings = [_filing(company, number, *item) for number, item in enumerate(due, start=1)]
    return filings[::-1]


def _year(dice: random.Random, company: Company, year: int) -> Iterator[tuple[date, str, date]]:
    """What a company files in a year: (day, form, period)."""
    fiscal_end = date(year - 1, 12, 31)
    annual = date(year, 2, dice.randint(10, 26))
    yield annual, "10-K", fiscal_end
    if (year + company.cik) % 2:
        yield annual + timedelta(days=dice.randint(30, 60)), "10-K/A", fiscal_end
    yield date(year, 4, dice.randint(5, 25)), "DEF 14A", date(year, 6, 1)
    for month, day in ((3, 31), (6, 30), (9, 30)):
        quarter_end = date(year, month, day)
        yield quarter_end + timedelta(days=dice.randint(25, 38)), "10-Q", quarter_end
    for form, most in (("8-K", 12), ("4", 24)):
        for _ in range(dice.randint(most // 2, most)):
            happened = date(year, 1, 1) + timedelta(days=dice.randrange(362))
            yield happened + timedelta(days=dice.randint(0, 3)), form, happened


def _filing(company: Company, number: int, filed: date, form: str, period: date) -> Filing:
    name = company.ticker.lower()
    document = f"{name}-{period:%Y%m%d}.htm"
    if form == "4":
        document = f"xslF345X05/wk-form4_{number}.xml"
    elif form == "DEF 14A":
        document = f"{name}def14a{filed.year}.htm"
    accession = f"{company.padded_cik}-{filed:%y}-{number:06d}"
    return Filing(company, accession, form, filed, None if form == "DEF 14A" else period, document)
