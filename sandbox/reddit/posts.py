"""Every post of the sandbox, made from the seed: a subreddit's sixty days when somebody first asks for it."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from sandbox.companies import COMPANIES, Company
from sandbox.reddit import phrases

DAYS = 60
POSTS_PER_SUBREDDIT = 4_000
SUBREDDITS = ("wallstreetbets", "stocks", "investing", "options", "StockMarket")
PRIVATE = "hedgefundlounge"
BANNED = "pennypumps"
#: They show the posts of all others, each of which names its own subreddit.
COMBINED = frozenset({"all", "popular"})
#: Some companies are talked about more than others.
_WEIGHTS = (18, 12, 15, 11, 10, 13, 9, 9, 8, 8, 12, 9)
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Post:
    """One submission. `tickers` are those that a reader of title and body can still see."""

    id: str
    subreddit: str
    title: str
    body: str
    author: str
    created: int
    score: int
    comments: int
    ratio: float
    flair: str | None
    tickers: frozenset[str]
    #: Of a link post.
    link: str | None = None
    #: Who took it away: None, "deleted" (its author) or "moderator".
    removed_by: str | None = None
    #: Subreddit and id of the post this one repeats.
    crosspost_of: tuple[str, str] | None = None

    @property
    def fullname(self) -> str:
        """Reddit's name for it in listings."""
        return f"t3_{self.id}"


class Posts:
    """All subreddits' posts, newest first."""

    def __init__(self, seed: int, today: date, per_subreddit: int = POSTS_PER_SUBREDDIT) -> None:
        self._seed = seed
        self._today = today
        self._subreddits = {name.lower(): _Subreddit(seed, today, name, per_subreddit) for name in SUBREDDITS}

    def known(self, subreddit: str) -> bool:
        """Whether there is a public subreddit of that name; case does not matter."""
        return subreddit.lower() in self._subreddits or subreddit.lower() in COMBINED

    def of(self, subreddit: str) -> Sequence[Post]:
        """The posts of one subreddit, or of all."""
        if subreddit.lower() in COMBINED:
            return self.everywhere
        return self._subreddits[subreddit.lower()].posts

    def by_id(self, post_id: str) -> Post | None:
        """One post."""
        return self._by_id.get(post_id)

    @cached_property
    def _by_id(self) -> dict[str, Post]:
        return {post.id: post for post in self.everywhere}

    @cached_property
    def everywhere(self) -> Sequence[Post]:
        """The posts of all subreddits."""
        everything = [post for subreddit in self._subreddits.values() for post in subreddit.posts]
        return sorted(everything, key=lambda post: post.created, reverse=True)

    @property
    def now(self) -> int:
        """The moment the data ends: midnight at which `today` begins."""
        return _midnight(self._today)


@dataclass(frozen=True)
class _Subreddit:
    seed: int
    today: date
    name: str
    size: int

    @cached_property
    def posts(self) -> Sequence[Post]:
        dice = random.Random(f"{self.seed}:{self.today}:{self.name}")
        start = _midnight(self.today - timedelta(days=DAYS))
        seconds = sorted(dice.sample(range(DAYS * 86_400), self.size), reverse=True)
        return [_post(dice, self.name, start + second) for second in seconds]


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _post(dice: random.Random, subreddit: str, created: int) -> Post:
    companies = _talked_about(dice)
    title, in_title = _title(dice, companies)
    body, in_body = _body(dice, companies)
    kind = dice.random()
    link = removed_by = crosspost_of = None
    if kind < 0.12:
        link, body, in_body = _link(dice), "", []
    elif kind < 0.16:
        crosspost_of, body, in_body = _parent(dice, subreddit, created), "", []
    elif kind < 0.19:
        removed_by, body, in_body = "deleted", "[deleted]", []
    elif kind < 0.22:
        removed_by, body, in_body = "moderator", "[removed]", []
    return Post(
        id=_post_id(subreddit, created),
        subreddit=subreddit,
        title=title,
        body=body,
        author="[deleted]" if removed_by == "deleted" else _author(dice),
        created=created,
        score=int(dice.paretovariate(0.9)) % 40_000,
        comments=int(dice.paretovariate(1.0)) % 6_000,
        ratio=round(dice.uniform(0.4, 1.0), 2),
        flair=dice.choice(phrases.FLAIRS),
        tickers=frozenset(company.ticker for company in (*in_title, *in_body)),
        link=link,
        removed_by=removed_by,
        crosspost_of=crosspost_of,
    )


def _talked_about(dice: random.Random) -> list[Company]:
    """None, one, or up to three companies."""
    count = dice.choices((0, 1, 2, 3), (10, 70, 14, 6))[0]
    return list(dict.fromkeys(dice.choices(COMPANIES, _WEIGHTS, k=count)))


def _title(dice: random.Random, companies: list[Company]) -> tuple[str, list[Company]]:
    """A title, and the companies it names: the first one, or none if that is left to the body."""
    number = dice.randint(2, 90)
    if not companies:
        return dice.choice(phrases.PLAIN_TITLES).format(n=number), []
    first = companies[0]
    if dice.random() < 0.15:
        return dice.choice(phrases.BODY_ONLY_TITLES).format(n=number), []
    title = dice.choice(phrases.TITLES).format(t=_spelled(dice, first), c=first.product, n=number)
    return title, [first]


def _body(dice: random.Random, companies: list[Company]) -> tuple[str, list[Company]]:
    """A few sentences that name all the companies; rarely one that is very long or has a NUL in it."""
    product = companies[0].product if companies else "rates"
    sentences = [
        sentence.format(c=product, n=dice.randint(2, 90))
        for sentence in dice.sample(phrases.SENTENCES, dice.randint(2, 6))
    ]
    if companies:
        sentences.insert(0, f"Long {_spelled(dice, companies[0])} here.")
    sentences += [dice.choice(phrases.ALSO).format(t=_spelled(dice, other)) for other in companies[1:]]
    odd = dice.random()
    if odd < 0.003:
        sentences *= 25_000 // len(" ".join(sentences)) + 1
    elif odd < 0.008:
        sentences.append("Pasted from a terminal\x00.")
    return " ".join(sentences), companies


def _spelled(dice: random.Random, company: Company) -> str:
    """As a cashtag or bare; share classes are written with a dot."""
    ticker = company.ticker.replace("-", ".")
    return f"${ticker}" if dice.random() < 0.45 else ticker


def _link(dice: random.Random) -> str:
    return f"https://{dice.choice(phrases.SITES)}/{dice.randrange(10**9):09d}"


def _parent(dice: random.Random, subreddit: str, created: int) -> tuple[str, str]:
    other = dice.choice([name for name in SUBREDDITS if name != subreddit])
    return other, _post_id(other, created - dice.randint(600, 40_000))


def _author(dice: random.Random) -> str:
    return f"{dice.choice(phrases.NAMES)}_{dice.choice(phrases.NOUNS)}{dice.randrange(1000)}"


def _post_id(subreddit: str, created: int) -> str:
    """Ids grow with time, as Reddit's do; the last digit keeps subreddits apart."""
    return base36(created * 16 + SUBREDDITS.index(subreddit))


def base36(number: int) -> str:
    """As Reddit writes its ids."""
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _BASE36[digit] + digits
    return digits
