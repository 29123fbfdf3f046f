"""Finds a company by its name: a general feed writes "Nvidia" far more often than NVDA.

Names are looked for as they are written, capitals included, and one in passing does not make an article about it. Not
in the table are names that headlines use as words (Target, Gap, Block, Visa); a task can give them as its `company`,
which is filled in from the watchlist or the SEC's register if it does not (services/tasks/company_names.py). How print
writes names, and what else some of them are the names of, stands in `print_names.py`.
"""

import re

from activities.sources.web.print_names import guarded, namesake, plain, written
from contracts.tickers.analysts import BANKS, is_analyst
from contracts.tickers.companies import spoken as spoken
from contracts.tickers.spelling import dotted

#: Symbol -> what newspapers call the company.
NAMES = {
    "AAPL": "Apple", "ABBV": "AbbVie", "ABNB": "Airbnb", "ADBE": "Adobe", "AMD": "Advanced Micro Devices",
    "AMZN": "Amazon", "ASML": "ASML", "AVGO": "Broadcom", "AXP": "American Express|Amex", "BA": "Boeing",
    "BABA": "Alibaba", "BAC": "Bank of America|BofA", "BKNG": "Booking Holdings", "BRK.A": "Berkshire Hathaway",
    "BRK.B": "Berkshire Hathaway", "C": "Citigroup", "CAT": "Caterpillar", "COIN": "Coinbase", "COST": "Costco",
    "CRM": "Salesforce", "CSCO": "Cisco", "CVX": "Chevron", "DAL": "Delta Air Lines", "DE": "John Deere|Deere",
    "DELL": "Dell Technologies", "DIS": "Disney", "DKS": "Dick's Sporting Goods", "DPZ": "Domino's", "F": "Ford",
    "FDX": "FedEx", "GE": "General Electric", "GM": "General Motors", "GME": "GameStop", "GOOG": "Alphabet|Google",
    "GOOGL": "Alphabet|Google", "GS": "Goldman Sachs", "HD": "Home Depot", "HOOD": "Robinhood", "IBM": "IBM",
    "INTC": "Intel", "JNJ": "Johnson & Johnson|J&J", "JPM": "JPMorgan|JP Morgan", "KO": "Coca-Cola", "KSS": "Kohl's",
    "LLY": "Eli Lilly", "LMT": "Lockheed Martin|Lockheed", "LOW": "Lowe's", "M": "Macy's", "MA": "Mastercard",
    "MCD": "McDonald's", "MCO": "Moody's", "META": "Meta Platforms|Facebook", "MRK": "Merck", "MRNA": "Moderna",
    "MS": "Morgan Stanley", "MSFT": "Microsoft", "MSTR": "MicroStrategy", "MU": "Micron", "NFLX": "Netflix",
    "NIO": "NIO", "NKE": "Nike", "NVDA": "Nvidia|NVIDIA", "NVO": "Novo Nordisk", "ORCL": "Oracle",
    "ORLY": "O'Reilly Automotive|O'Reilly Auto Parts", "PEP": "PepsiCo", "PFE": "Pfizer",
    "PG": "Procter & Gamble|P&G", "PLTR": "Palantir", "PYPL": "PayPal", "QCOM": "Qualcomm", "RIVN": "Rivian",
    "ROKU": "Roku", "SBUX": "Starbucks", "SHOP": "Shopify", "SMCI": "Super Micro|Supermicro", "SNOW": "Snowflake",
    "SOFI": "SoFi", "SPOT": "Spotify", "T": "AT&T", "TSLA": "Tesla", "TSM": "TSMC", "UBER": "Uber",
    "UNH": "UnitedHealth", "UPS": "UPS", "VZ": "Verizon", "WEN": "Wendy's", "WFC": "Wells Fargo", "WMT": "Walmart",
    "XOM": "ExxonMobil|Exxon",
}  # fmt: skip
#: What newspapers call them for short is a word, or a place, as well.
DOUBTFUL = {
    "BRK.A": "Berkshire", "BRK.B": "Berkshire", "C": "Citi", "DAL": "Delta", "DELL": "Dell", "META": "Meta",
}  # fmt: skip
_KNOWN = {name.casefold() for names in NAMES.values() for name in names.split("|")}
#: Where an article says what it is about, in characters of its text.
_OPENING = 400
#: So often in a text it is no longer in passing.
_TIMES = 3
#: A name of one word may be a word of every headline: "Price Target Raised", "a gap in the law". It is the company's
#: where it owns or does something, or where a company's words stand beside it.
_NO_NAME_BEFORE = r"(?<!\b[Pp]rice )(?<!\b[Tt]he )(?<!\b[Aa] )(?<!\b[Aa]n )(?<!\b[Nn]ew )(?<!\b[Ss]ales )"
_OF_A_COMPANY = (
    r"(?:'s?(?=\s)|,?\s+(?:Inc|Corp|Corporation|Company|Co|Ltd|Plc|Group|Holdings)\b"
    r"|\s*\((?:NYSE|NASDAQ|[A-Z.]{1,6}\))"
    r"|\s+(?i:shares?|stock|CEO|CFO|chief|executives?|customers|stores?|workers|employees|investors|earnings|sales"
    r"|profits?|revenues?|results|dividend|said|says|reports?|reported|posts?|posted|beats?|misse[sd]|tops|raises|cuts"
    r"|raised its|cut its|lowers|announce[sd]|plans|will|unveils|unveiled|launche[sd]|agree[sd]|acquires|acquired|buys"
    r"|bought|sells|opens|opened|closes|hires|sues|sued|soars?|soared|jumps|jumped|plunges|plunged|tumbles|rallies"
    r"|slips|falls|fell|rises|rose|fined|faces|settles|settled|wins|loses|layoffs|lays off|says|warns|invests|delays"
    r"|to (?:cut|lay|raise|buy|sell|close|open|acquire|launch|invest|pay|spin|hire|report|build|split|shut|stop|expand"
    r"|join|replace|unveil|sue|appeal|settle|slash|eliminate|name|spend|double|merge|add|test|move|face|halt|end))\b)"
)
#: What no person of that name has, who says and plans as well: "Doug Ford meets Ford CEO". Nor are results a person's:
#: "Automaker founded by Henry Ford posts loss".
_OF_NOBODY = (
    r"(?:,?\s+(?:Inc|Corp|Corporation|Company|Co|Ltd|Plc|Group|Holdings|Motors?)\b|\s*\((?:NYSE|NASDAQ)"
    r"|(?:'s)?\s+(?i:shares?|stock|CEO|CFO|executives?|customers|stores?|workers|employees|investors|earnings|sales"
    r"|profits?|revenues?|dividend|layoffs|(?:assembly )?plants?|factory|factories|dealers?|dealerships?|vehicles"
    r"|(?:posts?|posted|reports?|reported)\s+(?:[\w.$%-]+\s+){0,3}(?:loss(?:es)?|profits?|sales|earnings|revenues?|results"
    r"|deliveries|quarter))\b)"
)
#: "Instagram owner Meta fined".
_AS_A_COMPANY = (
    r"\b(?i:owner|parent|giant|maker|chipmaker|automaker|carrier|airline|retailer|lender|insurer|rival|conglomerate|firm)"
    r"\s+"
)


class CompanyName:
    """The names of one company; there may be none."""

    def __init__(self, ticker: str, company: str | None) -> None:
        names = _registered(company) if company else []
        doubtful = [name for name in names if " " not in name and "'" not in plain(name) and not _is_known(name)]
        names += NAMES.get(dotted(ticker), "").split("|")
        sure = [name for name in names if len(name) > 1 and name not in doubtful]
        doubtful += [DOUBTFUL[dotted(ticker)]] if dotted(ticker) in DOUBTFUL else []
        patterns = [rf"{guarded(name, written(name))}(?!\w|-\w)" for name in sure]
        patterns += [_where_a_company(name) for name in doubtful if len(name) > 1]
        self._pattern = re.compile(rf"(?<![\w$])(?:{'|'.join(patterns)})") if patterns else None
        namesakes = [each for each in map(namesake, sure) if each]
        self._namesake = re.compile("|".join(namesakes)) if namesakes else None
        self._of_nobody = (
            re.compile(rf"(?<![\w$])(?:{'|'.join(map(written, sure))}){_OF_NOBODY}") if namesakes else None
        )
        self._judges = dotted(ticker) in BANKS

    def is_told_of(self, title: str, text: str) -> bool:
        """Whether an article is about the company, and does not only name it."""
        title, opening, text = plain(title), plain(text[:_OPENING]), plain(text)
        if self._tells_of_namesake(f"{title}\n{text}"):
            # To keep what is not about the company is better than to drop what is.
            return bool(self._of_nobody and self._of_nobody.search(f"{title}\n{text}"))
        return bool(self._times(title) or self._times(opening)) or self._times(text) >= _TIMES

    def _times(self, text: str) -> int:
        found = self._pattern.finditer(text) if self._pattern else ()
        return sum(not (self._judges and is_analyst(text, *each.span())) for each in found)

    def _tells_of_namesake(self, text: str) -> bool:
        """Whether the first of that name is somebody else, who is called by it alone from then on."""
        other = self._namesake.search(text) if self._namesake else None
        return other is not None and not (self._pattern and self._pattern.search(text, 0, other.start()))


def _registered(company: str) -> list[str]:
    """What people call a company that is registered so: LOWES COMPANIES INC."""
    name = spoken(company)
    short = re.sub(r"\s+companies$", "", name, flags=re.IGNORECASE)
    return list(dict.fromkeys((name, short)))


def _is_known(name: str) -> bool:
    """Whether the table has it, which holds no words of headlines."""
    return name.casefold() in _KNOWN


def _where_a_company(name: str) -> str:
    called = rf"(?=[A-Z])(?i:{written(name)})"
    return rf"(?:{_AS_A_COMPANY}{called}(?!\w|-\w)|{_NO_NAME_BEFORE}{guarded(name, called)}{_OF_A_COMPANY})"
