"""Knows the listed symbols, and what their companies are called.

Shipped is a list as the SEC publishes it (`listed.tsv`, whose first lines say of when). A newer one is the SEC's own
file, https://www.sec.gov/files/company_tickers.json, whose place `CLAWDBOT_LISTED_COMPANIES` names.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path

from contracts.tickers.companies import spoken
from contracts.tickers.spelling import canonical

#: So many stand at the top of the list because people talk of them: both lists begin with the largest.
_WELL_KNOWN = 2_500


class UnreadableList(ValueError):
    """The file is not like the SEC's company_tickers.json."""


@dataclass(frozen=True)
class Listed:
    """The name by symbol, the best known first."""

    names: dict[str, str]

    @cached_property
    def well_known(self) -> frozenset[str]:
        return frozenset(list(self.names)[:_WELL_KNOWN])

    @cached_property
    def by_name(self) -> dict[str, list[str]]:
        """The symbols by what a company is called, in small letters: "rocket lab"."""
        found: dict[str, list[str]] = {}
        for symbol, name in self.names.items():
            found.setdefault(_spoken(name).casefold(), []).append(symbol)
        return found

    def called(self, symbol: str) -> str:
        """What people call the company, as far as the register tells: `NVIDIA CORP` is Nvidia."""
        name = _spoken(self.names.get(symbol, ""))
        return name.title() if name.isupper() and len(name) > 4 else name


@lru_cache(maxsize=1)
def shipped() -> Listed:
    """The list of this version."""
    lines = files("contracts.tickers").joinpath("listed.tsv").read_text("utf-8").splitlines()
    return _listed(line.split("\t") for line in lines if not line.startswith("#"))


@lru_cache(maxsize=4)
def listed_in(file: Path | None) -> Listed:
    """The SEC's own file on top of what is shipped: its names count, and of what it lacks the funds stay known.

    Raises:
        UnreadableList: it is another file.
    """
    if file is None:
        return shipped()
    try:
        rows = json.loads(file.read_text("utf-8")).values()
        theirs = _listed((each["ticker"], each["title"]) for each in rows)
    except (OSError, ValueError, AttributeError, KeyError, TypeError) as error:
        raise UnreadableList(f"{file} is not the SEC's company_tickers.json: {error}") from None
    return Listed(
        theirs.names | {symbol: name for symbol, name in shipped().names.items() if symbol not in theirs.names}
    )


def _spoken(name: str) -> str:
    """Without the state that the SEC writes behind some: `COSTCO WHOLESALE CORP /NEW`."""
    return spoken(re.sub(r"\s*/\w+/?$", "", name))


def _listed(rows: Iterable[Iterable[str]]) -> Listed:
    names: dict[str, str] = {}
    for symbol, name in rows:
        names.setdefault(canonical(symbol), name)
    return Listed(names)
