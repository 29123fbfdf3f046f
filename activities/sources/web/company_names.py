"""Finds a company by its name: a general feed writes "Nvidia" far more often than NVDA.

Names are looked for as they are written, capitals included, and one in passing does not make an article about it. Not
in the table are names that headlines use as words (Target, Gap, Block, Visa); a task can give them as its `company`.
"""

import re

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
_LEGAL = re.compile(
    r",?\s+(?:inc|corp|corporation|incorporated|co|company|ltd|limited|plc|llc|lp|n\.?v|s\.?a|a\.?g|se|group|holdings?"
    r"|class [a-c]|common stock|ordinary shares|adr|\(the\)|/\w+/)\.?$",
    re.IGNORECASE,
)
#: Where an article says what it is about, in characters of its text.
_OPENING = 400
#: So often in a text it is no longer in passing.
_TIMES = 3


class CompanyName:
    """The names of one company; there may be none."""

    def __init__(self, ticker: str, company: str | None) -> None:
        names = [spoken(company)] if company else NAMES.get(ticker.replace("-", "."), "").split("|")
        words = "|".join(re.escape(name) for name in names if len(name) > 1)
        self._pattern = re.compile(rf"(?<![\w$])(?:{words})(?!\w|-\w)") if words else None

    def is_told_of(self, title: str, text: str) -> bool:
        """Whether an article is about the company, and does not only name it."""
        if self._pattern is None:
            return False
        if self._pattern.search(title) or self._pattern.search(text[:_OPENING]):
            return True
        return len(self._pattern.findall(text)) >= _TIMES


def spoken(company: str) -> str:
    """A company's name without what only the register needs: `NVIDIA Corporation` is NVIDIA."""
    name, before = " ".join(company.split()).removeprefix("The "), ""
    while name != before:
        name, before = _LEGAL.sub("", name).rstrip(" ,&"), name
    return name or company
