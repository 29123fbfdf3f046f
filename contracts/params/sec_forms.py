"""Reads the names of SEC forms as people write them: `10k`, `DEF14A`, `Form 4`."""

import re
from difflib import get_close_matches

#: As EDGAR writes them, without the amendments (`/A`).
FORMS = (
    "1-A", "1-K", "1-SA", "1-U", "1-Z", "3", "4", "5", "144", "6-K", "8-K", "8-K12B", "8-K12G3", "8-K15D5", "8-A12B",
    "8-A12G", "10", "10-12B", "10-12G", "10-D", "10-K", "10-K405", "10-KSB", "10-KSB40", "10-KT", "10-KT405", "10-Q",
    "10-QSB", "10-QT", "11-K", "11-KT", "13F-HR", "13F-NT", "13FCONP", "13H", "15-12B", "15-12G", "15-15D", "18-K",
    "20-F", "20FR12B", "20FR12G", "25", "25-NSE", "40-F", "40FR12B", "40FR12G", "40-17G", "40-APP", "424A", "424B1",
    "424B2", "424B3", "424B4", "424B5", "424B7", "424B8", "425", "485APOS", "485BPOS", "487", "497", "497K",
    "ABS-15G", "ABS-EE", "ARS", "C", "CB", "CERT", "CORRESP", "D", "DEF 14A", "DEF 14C", "DEFA14A", "DEFA14C",
    "DEFC14A", "DEFM14A", "DEFM14C", "DEFN14A", "DEFR14A", "DFAN14A", "DRS", "EFFECT", "F-1", "F-1MEF", "F-10", "F-3",
    "F-3ASR", "F-4", "F-6", "F-6EF", "F-6 POS", "F-8", "FWP", "IRANNOTICE", "N-1A", "N-2", "N-CEN", "N-CSR", "N-CSRS",
    "N-MFP", "N-PX", "N-Q", "N-30D", "NSAR-A", "NSAR-B", "NSAR-U", "NPORT-P", "NT 10-K", "NT 10-Q", "NT 20-F",
    "POS AM", "POSASR", "PRE 14A", "PRE 14C", "PREC14A", "PREM14A", "PRER14A", "PX14A6G", "RW", "S-1", "S-11",
    "S-1MEF", "S-3", "S-3ASR", "S-3D", "S-3MEF", "S-4", "S-4EF", "S-2", "S-6", "S-8", "S-8 POS", "SB-1", "SB-2",
    "SC 13D", "SC 13E3", "SC 13E4", "SC 13G", "SC 14D1", "SC 14D9", "SC 14F1", "SC TO-C", "SC TO-I", "SC TO-T",
    "SC14D9C", "SCHEDULE 13D", "SCHEDULE 13G", "SD", "T-3", "UPLOAD",
)  # fmt: skip
#: Other names of the same, and what else people mean with one.
_SPOKEN = {
    "ANNUALREPORT": "10-K", "QUARTERLYREPORT": "10-Q", "CURRENTREPORT": "8-K", "PROXY": "DEF 14A",
    "PROXYSTATEMENT": "DEF 14A", "13F": "13F-HR", "13D": "SC 13D", "13G": "SC 13G", "SCHEDULETO": "SC TO-T",
    "SCTO": "SC TO-T", "NT10K": "NT 10-K", "NT10Q": "NT 10-Q", "INSIDERTRADES": "4",
    "NPORT": "NPORT-P", "SCHEDULE14A": "DEF 14A",
}  # fmt: skip
#: Who wants the first wants the others as well: reports on a changed year, of small companies, under an older name.
_VARIANTS = {
    "10-K": ("10-K405", "10-KSB", "10-KSB40", "10-KT", "10-KT405"),
    "10-Q": ("10-QSB", "10-QT"),
    # Tender offers, until 2000.
    "SC TO-T": ("SC 14D1",),
    "SC TO-I": ("SC 13E4",),
    # Reports of funds, until 2018 and 2019.
    "N-CEN": ("NSAR-A", "NSAR-B"),
    "NPORT-P": ("N-Q",),
    "SC 13D": ("SCHEDULE 13D",),
    "SC 13G": ("SCHEDULE 13G",),
    "SCHEDULE 13D": ("SC 13D",),
    "SCHEDULE 13G": ("SC 13G",),
}
_NOUN = re.compile(r"\s+(?:FILING|REPORT|FORM)S?$")
_PREFIX = re.compile(r"(?:SEC\s*)?FORMS?\s*|FORM(?=\d)")


def compact(form: str) -> str:
    """What is left of a name without what people leave out."""
    return re.sub(r"[\s\-_.()]", "", form.upper())


_KNOWN = {compact(form): form for form in FORMS} | _SPOKEN


def form_of(written: str) -> str:
    """As EDGAR writes it; a form that is not in the table stays as it is, in capitals."""
    text = _PREFIX.sub("", written.strip().upper(), count=1) if _PREFIX.match(written.strip().upper()) else written
    name, amended = re.subn(r"\s*(?:/\s*A|\bAMENDED|\bAMENDMENT)\s*$", "", text.strip().upper())
    name = name.strip()
    # "8-K filings", "10-Ks".
    short = compact(name) if compact(name).removesuffix("S") in _KNOWN else compact(_NOUN.sub("", name))
    if not amended and short not in _KNOWN and short.endswith("A") and short[:-1] in _KNOWN:
        # "S1A".
        short, amended = short[:-1], 1
    found = _KNOWN.get(short) or _KNOWN.get(short.removesuffix("S")) or name
    return f"{found}/A" if amended else found


def with_variants(forms: list[str]) -> set[str]:
    """The compact names of these forms and of those that are wanted with them."""
    return {compact(each) for form in forms for each in (form, *_variants_of(form))}


def _variants_of(form: str) -> list[str]:
    """Amendments are called as what they amend: SC 13G/A is SCHEDULE 13G/A since the end of 2024."""
    name, amended, _ = form.partition("/A")
    return [f"{each}{amended}" for each in _VARIANTS.get(name, ())]


def is_known(form: str) -> bool:
    """Whether EDGAR has such a form, as far as the table goes."""
    return compact(form.removesuffix("/A")) in _KNOWN


def suggestion(form: str) -> str:
    """The form that was probably meant; empty if none is close."""
    close = get_close_matches(compact(form), _KNOWN, n=1, cutoff=0.6)
    return _KNOWN[close[0]] if close else ""
