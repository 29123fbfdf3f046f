"""Other listings than the American one: SHOP.TO is not SHOP, and (TSX: T) is Telus, not AT&T."""

import re
from typing import Final

#: By what stands behind the dot, as Yahoo and brokers write it: how the exchange is called in front of a symbol.
_CALLED = {
    "TO": "TSX|TSE", "V": "TSXV|TSX-V|TSX Venture", "CN": "CSE|CNSX", "NE": "", "L": "LSE", "IL": "",
    "DE": "ETR|XETRA|Xetra", "F": "FRA|FWB", "BE": "", "MU": "", "SG": "", "PA": "EPA|Euronext Paris",
    "AS": "AMS|Euronext Amsterdam", "BR": "EBR|Euronext Brussels", "LS": "ELI", "IR": "", "MI": "BIT|Borsa Italiana",
    "MC": "BME", "SW": "SWX", "VI": "", "ST": "OMX", "CO": "CPH", "HE": "", "OL": "OSL|OSE", "WA": "WSE", "PR": "",
    "AT": "", "IS": "BIST", "AX": "ASX", "NZ": "NZE|NZX", "HK": "HKEX|SEHK|HKG|HKSE", "SS": "SHA|SSE", "SZ": "SZSE",
    "T": "TYO|TSE", "KS": "KRX", "KQ": "KOSDAQ", "TW": "TPE|TWSE", "TWO": "TPEX", "NS": "NSE", "BO": "BSE",
    "SI": "SGX", "JK": "IDX", "BK": "", "KL": "KLSE|MYX", "SA": "BVMF", "MX": "BMV", "BA": "BCBA", "SN": "",
    "JO": "JSE", "TA": "TASE|TLV", "QA": "", "SR": "TADAWUL",
}  # fmt: skip
#: Words as well: they are exchanges in brackets only, "(AIM: ABC)".
_WORDS = "AIM|LON|PAR|MIL|SIX|STO|HEL|VIE|SHE|BOM|SET|NEO|ATH|IST"
#: Single letters may be classes of shares as well: see `spelling`.
_SUFFIXES = frozenset(suffix for suffix in _CALLED if len(suffix) > 1)
_LONG = "|".join(sorted(_SUFFIXES, key=lambda suffix: (-len(suffix), suffix)))
#: For Postgres as well. In small letters only those that are no words or ends of addresses.
SUFFIX: Final = rf"(?:{_LONG}|to|ax|pa|hk|ns)"
_NAMES = "|".join(re.escape(name) for names in _CALLED.values() for name in names.split("|") if name)
#: As it stands before a colon.
ABROAD: Final = rf"(?:{_NAMES})"
_AMERICAN = re.compile(r"(?:NYSE|Nyse|N(?:ASDAQ|asdaq)|AMEX|OTC\w*)\b")
_ABROAD = re.compile(rf"(?:(?<![A-Za-z])(?:{_NAMES})|\((?:{_WORDS}))\s?:\s?$")
#: As Bloomberg writes it: "T CN Equity".
_BLOOMBERG = re.compile(r"\s(?!US\b)[A-Z]{2}\s(?i:equity)\b")
_BEFORE_DOT = re.compile(r"(?<![A-Za-z])[A-Z0-9]{1,6}\.$")


def is_listed_abroad(word: str, before: str, behind: str) -> bool:
    """Whether these letters are a symbol of another exchange, perhaps of another company."""
    if word in _SUFFIXES and _BEFORE_DOT.search(before):
        return True
    if not _ABROAD.search(before) and not _BLOOMBERG.match(behind):
        return False
    # "(NYSE and TSX: SHOP)"; "Shopify Inc. (TSX: SHOP)".
    return not (_AMERICAN.search(before.rpartition("(")[2]) or _is_its_name(word, before))


def names_of_exchange(ticker: str) -> str:
    """What stands before the symbol of a ticker with such a suffix, as a pattern; empty if nothing does."""
    return _CALLED.get(ticker.rpartition(".")[2], "") if "." in ticker else ""


def _is_its_name(word: str, before: str) -> bool:
    # Ten thousand names: only for who asks.
    from contracts.tickers.companies import spoken
    from contracts.tickers.listed import shipped

    name = spoken(shipped().names.get(word, "")).casefold().split()
    return bool(name) and re.search(rf"\b{re.escape(name[0])}\b", before.casefold()) is not None
