"""How long Reddit's listings are."""

from dataclasses import dataclass

#: Reddit ends every listing after so many posts, whatever is asked for.
LISTING = 1_000


@dataclass
class Limits:
    """Of one sandbox; `/_control/reddit` changes them."""

    listing: int = LISTING
