"""Every post of the sandbox's X, made from the seed: eight days of each company's cashtag."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from sandbox.companies import COMPANIES, Company

DAYS = 8
#: Posts per company over these days, in the order of `COMPANIES`.
_COUNTS = (700, 450, 600, 320, 380, 420, 300, 310, 290, 60, 400, 80)
_EPOCH_MS = 1_288_834_974_657
_SENTENCES = (
    "{t} calls into the print, wish me luck 🍀",
    "{t} is about {c} & nothing else",
    "Trimmed {t} by {n}% today",
    "Not selling a single share of {t}",
    "{t} down {n}% and I still believe in {c}",
    "Why is nobody talking about {t}?",
    "{t} price target raised to {n}",
    "Short {t}, cover at {n}",
)
_NAMES = ("quiet", "tendie", "theta", "boring", "macro", "golden", "paper", "diamond", "lucky", "patient")
_NOUNS = ("investor", "badger", "gambler", "analyst", "hands", "otter", "trader", "bear", "bull", "intern")
_LANGUAGES = ("en", "en", "en", "en", "de", "es", "ja", "und")


@dataclass(frozen=True, slots=True)
class XPost:
    """One post. `username` is None if the author is gone, which X tells by leaving the author out."""

    id: int
    text: str
    created: datetime
    author_id: str
    username: str | None
    lang: str
    likes: int
    reposts: int
    replies: int
    quotes: int
    #: Of a retweet: the id of the post it repeats.
    retweet_of: int | None
    #: Of an answer to another post.
    reply_to: int | None


class XPosts:
    """All posts, newest first."""

    def __init__(self, seed: int, today: date) -> None:
        self._seed = seed
        self._today = today

    @property
    def now(self) -> datetime:
        """The moment the data ends: midnight at which `today` begins."""
        return datetime(self._today.year, self._today.month, self._today.day, tzinfo=UTC)

    @cached_property
    def all(self) -> Sequence[XPost]:
        """Every company's posts."""
        groups = [self._of(company, count) for company, count in zip(COMPANIES, _COUNTS, strict=True)]
        return sorted((post for group in groups for post in group), key=lambda post: post.id, reverse=True)

    def _of(self, company: Company, count: int) -> list[XPost]:
        dice = random.Random(f"x:{self._seed}:{self._today}:{company.ticker}")
        start = self.now - timedelta(days=DAYS)
        seconds = dice.choices(range(DAYS * 86_400), k=count)
        return [
            _post(dice, company, start + timedelta(seconds=second), number) for number, second in enumerate(seconds)
        ]


def _post(dice: random.Random, company: Company, created: datetime, number: int) -> XPost:
    author = dice.randrange(400)
    name = f"{_NAMES[author % 10]}_{_NOUNS[author // 10 % 10]}{author}"
    kind = dice.random()
    other = _snowflake(created - timedelta(minutes=dice.randint(5, 3_000)), dice.randrange(4_000))
    text = _text(dice, company)
    return XPost(
        id=_snowflake(created, COMPANIES.index(company) * 300 + number % 300),
        text=f"RT @{name}: {text}" if kind < 0.2 else text,
        created=created,
        author_id=str(10**9 + author),
        # One author in forty closed the account.
        username=None if author % 40 == 7 else name,
        lang=dice.choice(_LANGUAGES),
        likes=int(dice.paretovariate(0.9)) % 40_000,
        reposts=int(dice.paretovariate(1.1)) % 9_000,
        replies=int(dice.paretovariate(1.2)) % 3_000,
        quotes=int(dice.paretovariate(1.4)) % 900,
        retweet_of=other if kind < 0.2 else None,
        reply_to=other if 0.2 <= kind < 0.4 else None,
    )


def _text(dice: random.Random, company: Company) -> str:
    """A sentence with the cashtag, sometimes with a second one; rarely with a NUL in it."""
    sentence = dice.choice(_SENTENCES).format(t=cashtag(company.ticker), c=company.product, n=dice.randint(2, 90))
    if dice.random() < 0.1:
        sentence += f" Also {cashtag(dice.choice(COMPANIES).ticker)}."
    return sentence + ("\x00" if dice.random() < 0.01 else "")


def cashtag(ticker: str) -> str:
    """As X writes it: share classes follow a dot."""
    return "$" + ticker.replace("-", ".")


def _snowflake(moment: datetime, sequence: int) -> int:
    """X's ids: milliseconds in the upper bits, so ids grow with time."""
    return (int(moment.timestamp() * 1_000) - _EPOCH_MS << 22) | sequence
