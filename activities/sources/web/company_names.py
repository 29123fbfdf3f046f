"""Finds a company by its name: a general feed writes "Nvidia" far more often than NVDA.

Names are looked for as they are written, capitals included, and one in passing does not make an article about it. Not
in the table are names that headlines use as words (Target, Gap, Block, Visa); a task can give them as its `company`,
which is filled in from the watchlist or the SEC's register if it does not (services/tasks/company_names.py).
"""

import re

from contracts.tickers.companies import spoken as spoken
from contracts.tickers.spelling import dotted

#: Symbol -> what newspapers call the company.
NAMES = {
    "AAPL": "Apple", "ABBV": "AbbVie", "ABNB": "Airbnb", "ADBE": "Adobe", "AMD": "Advanced Micro Devices",
    "AMZN": "Amazon", "ASML": "ASML", "AVGO": "Broadcom", "AXP": "American Express", "BA": "Boeing", "BABA": "Alibaba",
    "BAC": "Bank of America", "BKNG": "Booking Holdings", "BRK.A": "Berkshire Hathaway", "BRK.B": "Berkshire Hathaway",
    "C": "Citigroup", "CAT": "Caterpillar", "COIN": "Coinbase", "COST": "Costco", "CRM": "Salesforce",
    "CSCO": "Cisco", "CVX": "Chevron", "DAL": "Delta Air Lines", "DELL": "Dell Technologies", "DIS": "Disney",
    "F": "Ford", "FDX": "FedEx", "GE": "General Electric", "GM": "General Motors", "GME": "GameStop",
    "GOOG": "Alphabet|Google", "GOOGL": "Alphabet|Google", "GS": "Goldman Sachs", "HD": "Home Depot",
    "HOOD": "Robinhood",
    "IBM": "IBM",
    "INTC": "Intel", "JNJ": "Johnson & Johnson", "JPM": "JPMorgan|JP Morgan", "KO": "Coca-Cola", "LLY": "Eli Lilly",
    "LMT": "Lockheed Martin", "MA": "Mastercard", "MCD": "McDonald's", "META": "Meta Platforms|Facebook",
    "MRK": "Merck",
    "MRNA": "Moderna", "MS": "Morgan Stanley", "MSFT": "Microsoft", "MSTR": "MicroStrategy", "MU": "Micron",
    "NFLX": "Netflix", "NIO": "NIO", "NKE": "Nike", "NVDA": "Nvidia|NVIDIA", "NVO": "Novo Nordisk", "ORCL": "Oracle",
    "PEP": "PepsiCo", "PFE": "Pfizer", "PG": "Procter & Gamble", "PLTR": "Palantir", "PYPL": "PayPal",
    "QCOM": "Qualcomm", "RIVN": "Rivian", "ROKU": "Roku", "SBUX": "Starbucks", "SHOP": "Shopify", "SMCI": "Super Micro",
    "SNOW": "Snowflake", "SOFI": "SoFi", "SPOT": "Spotify", "T": "AT&T", "TSLA": "Tesla", "TSM": "TSMC",
    "UBER": "Uber", "UNH": "UnitedHealth", "UPS": "UPS", "VZ": "Verizon", "WFC": "Wells Fargo", "WMT": "Walmart",
    "XOM": "Exxon",
}  # fmt: skip
#: Longest name in capitals that is one because it abbreviates: IBM, ASML, NIO.
_ABBREVIATION = 4
#: Where an article says what it is about, in characters of its text.
_OPENING = 400
#: So often in a text it is no longer in passing.
_TIMES = 3


class CompanyName:
    """The names of one company; there may be none."""

    def __init__(self, ticker: str, company: str | None) -> None:
        names = [spoken(company)] if company else []
        names += NAMES.get(dotted(ticker), "").split("|")
        words = "|".join(_written(name) for name in names if len(name) > 1)
        self._pattern = re.compile(rf"(?<![\w$])(?:{words})(?!\w|-\w)") if words else None

    def is_told_of(self, title: str, text: str) -> bool:
        """Whether an article is about the company, and does not only name it."""
        if self._pattern is None:
            return False
        if self._pattern.search(title) or self._pattern.search(text[:_OPENING]):
            return True
        return len(self._pattern.findall(text)) >= _TIMES


def _written(name: str) -> str:
    """A pattern for the name. Registers write in capitals, and without the hyphens, what papers write Coca-Cola."""
    words = r"[ -]".join(re.escape(word) for word in name.split())
    # Short ones are abbreviations.
    return rf"(?=[A-Z])(?i:{words})" if name.isupper() and len(name) > _ABBREVIATION else words
