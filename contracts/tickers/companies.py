"""Takes from the registered name of a company what people leave out."""

import re

_LEGAL = re.compile(
    r",?\s+(?:inc|corp|corporation|incorporated|co|company|ltd|limited|plc|llc|lp|n\.?v|s\.?a|a\.?g|se|group|holdings?"
    r"|class [a-c]|common stock|ordinary shares|adr|\(the\)|a/s|a\.?b|asa|oyj|s\.?p\.?a|gmbh|/\w+/?)\.?$",
    re.IGNORECASE,
)


def spoken(company: str) -> str:
    """A company's name without what only the register needs: `NVIDIA Corporation` is NVIDIA."""
    name, before = re.sub(r"^the\s+", "", " ".join(company.split()), flags=re.IGNORECASE), ""
    while name != before:
        name, before = _LEGAL.sub("", name).rstrip(" ,&"), name
    return name or company
