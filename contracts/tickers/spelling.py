"""One spelling for each ticker: BRK.B, BRK-B, BRK/B, "BRK B" and $BRKB are the same share."""

import re

_CLASS = re.compile(r"([A-Z]{1,5})[.\-/ ]([A-Z])")
#: Behind a dot these are exchanges (VOD.L, BMW.F, NOU.V), where a hyphen would name another share.
_EXCHANGES = "FLV"
#: Shares that people and brokers also write without anything before the class.
RUN_TOGETHER = {
    each.replace(".", ""): each
    for each in (
        "AKO.A AKO.B BF.A BF.B BH.A BIO.B BRK.A BRK.B CRD.A CRD.B CWEN.A GEF.B GTN.A HEI.A HVT.A LEN.B MKC.V MOG.A "
        "MOG.B PBR.A RDS.A RDS.B RUSH.A RUSH.B STZ.B TAP.A UHAL.B WSO.B"
    ).split()
}


def canonical(written: str) -> str:
    """The spelling under which everything of a ticker is kept: in capitals, its class behind a dot."""
    symbol = written.strip().lstrip("$").upper()
    if match := _class_of(symbol):
        return f"{match[1]}.{match[2]}"
    return RUN_TOGETHER.get(symbol, symbol)


def _class_of(symbol: str) -> re.Match[str] | None:
    match = _CLASS.fullmatch(symbol)
    is_exchange = match is not None and match[2] in _EXCHANGES and f"{match[1]}{match[2]}" not in RUN_TOGETHER
    return None if is_exchange else match


def share_class(ticker: str) -> tuple[str, str]:
    """The symbol and the class of the share; the class is empty for most."""
    match = _class_of(canonical(ticker))
    return (match[1], match[2]) if match else (ticker, "")


def dashed(ticker: str) -> str:
    """As the SEC and Yahoo write it: BRK-B. What follows the dot of an exchange (0700.HK) stays."""
    symbol, letter = share_class(ticker)
    return f"{symbol}-{letter}" if letter else ticker


def dotted(ticker: str) -> str:
    """As X and most of the press write it: BRK.B."""
    return canonical(ticker)


def spellings(ticker: str) -> list[str]:
    """All spellings that people use, the one with a dot first; of most tickers that is one."""
    symbol, letter = share_class(ticker)
    return [f"{symbol}{between}{letter}" for between in (".", "-", "/", "")] if letter else [ticker]
