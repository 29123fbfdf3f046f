"""Reads "profit was 3.1 million compared to 2.2 million", where only the numbers say which way it went."""

import re

_NUMBER = r"(?:eur|usd|gbp|sek|[$\u20ac\u00a3])?\s?(\d[\d.,]*)\s?(mn|m|million|bn|b|billion|%|pct|percent)?"
_COMPARED = re.compile(
    rf"\b(profits?|sales|revenues?|income|earnings|eps|turnover|loss|losses|ebit\w*)\b(?:[^.;]|\.\d){{0,60}}?{_NUMBER}"
    rf"(?:[^.;\d]){{0,30}}?\b(?:compared (?:to|with)|from|versus|vs\.?|against)\b(?:[^.;\d]){{0,40}}?{_NUMBER}"
)
_MILLIONS = {"bn": 1e3, "b": 1e3, "billion": 1e3}


def compared(text: str) -> float:
    """1 if more is earned than before, or less lost; -1 if less is; 0 if there is no such comparison."""
    found = _COMPARED.search(text[:20_000])
    if found is None:
        return 0.0
    now, before = _number(found[2], found[3]), _number(found[4], found[5] or found[3])
    if now is None or before is None or now == before:
        return 0.0
    sign = 1.0 if now > before else -1.0
    return -sign if found[1].startswith("loss") else sign


def _number(digits: str, unit: str | None) -> float | None:
    try:
        return float(digits.rstrip(".,").replace(",", "")) * _MILLIONS.get(unit or "", 1.0)
    except ValueError:
        return None
