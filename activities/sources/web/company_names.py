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
_KNOWN = {name.casefold() for names in NAMES.values() for name in names.split("|")}
#: Longest name in capitals that is one because it abbreviates: IBM, ASML, NIO.
_ABBREVIATION = 4
#: Where an article says what it is about, in characters of its text.
_OPENING = 400
#: So often in a text it is no longer in passing.
_TIMES = 3
#: A name of one word may be a word of every headline: "Price Target Raised", "a gap in the law". It is the company's
#: where it owns or does something, or where a company's words stand behind it.
_NO_NAME_BEFORE = r"(?<!\b[Pp]rice )(?<!\b[Tt]he )(?<!\b[Aa] )(?<!\b[Aa]n )(?<!\b[Nn]ew )(?<!\b[Ss]ales )"
_OF_A_COMPANY = (
    r"(?:['\u2019]s?(?=\s)|,?\s+(?:Inc|Corp|Corporation|Company|Co|Ltd|Plc|Group|Holdings)\b"
    r"|\s*\((?:NYSE|NASDAQ|[A-Z.]{1,6}\))"
    r"|\s+(?i:shares?|stock|CEO|CFO|chief|executives?|customers|stores?|workers|employees|investors|earnings|sales"
    r"|profits?|revenues?|results|dividend|said|says|reports?|reported|posts?|posted|beats?|misse[sd]|tops|raises|cuts"
    r"|raised its|cut its|lowers|announce[sd]|plans|will|unveils|unveiled|launche[sd]|agree[sd]|acquires|acquired|buys"
    r"|bought|sells|opens|opened|closes|hires|sues|sued|soars?|soared|jumps|jumped|plunges|plunged|tumbles|rallies"
    r"|slips|falls|fell|rises|rose)\b)"
)


class CompanyName:
    """The names of one company; there may be none."""

    def __init__(self, ticker: str, company: str | None) -> None:
        names = [spoken(company)] if company else []
        names += NAMES.get(dotted(ticker), "").split("|")
        doubtful = [name for name in names[:1] if company and " " not in name and not _is_known(name)]
        words = [rf"{_written(name)}(?!\w|-\w)" for name in names if len(name) > 1 and name not in doubtful]
        words += [
            rf"{_NO_NAME_BEFORE}(?=[A-Z])(?i:{re.escape(name)}){_OF_A_COMPANY}" for name in doubtful if len(name) > 1
        ]
        self._pattern = re.compile(rf"(?<![\w$])(?:{'|'.join(words)})") if words else None

    def is_told_of(self, title: str, text: str) -> bool:
        """Whether an article is about the company, and does not only name it."""
        if self._pattern is None:
            return False
        if self._pattern.search(title) or self._pattern.search(text[:_OPENING]):
            return True
        return len(self._pattern.findall(text)) >= _TIMES


def _is_known(name: str) -> bool:
    """Whether the table has it, which holds no words of headlines."""
    return name.casefold() in _KNOWN


def _written(name: str) -> str:
    """A pattern for the name. Registers write in capitals, and without the hyphens, what papers write Coca-Cola."""
    words = r"[ -]".join(re.escape(word) for word in name.split())
    # Short ones are abbreviations.
    return rf"(?=[A-Z])(?i:{words})" if name.isupper() and len(name) > _ABBREVIATION else words
