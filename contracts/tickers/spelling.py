"""One spelling for each ticker: BRK.B, BRK-B, BRK/B, "BRK B" and $BRKB are the same share."""

import re

_CLASS = re.compile(r"([A-Z]{1,5})[.\-/ ]([A-Z])")
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
    if match := _CLASS.fullmatch(symbol):
        return f"{match[1]}.{match[2]}"
    return RUN_TOGETHER.get(symbol, symbol)


def share_class(ticker: str) -> tuple[str, str]:
    """The symbol and the class of the share; the class is empty for most."""
    match = _CLASS.fullmatch(canonical(ticker))
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
