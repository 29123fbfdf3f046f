"""The articles of the news site. Same seed and day, same articles."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sandbox.companies import COMPANIES, Company

#: Per company; the newest is some hours old, the oldest two weeks.
PER_COMPANY = 8
#: Which of a company's articles the general feed has too, which is copied elsewhere, and which robots must not read.
SHARED, COPIED, PRIVATE = 0, 1, 3

_HEADLINES = ("beats estimates", "cuts its outlook", "opens a plant", "names a new CFO", "splits its stock")
_OPENINGS = ("Analysts said", "Investors learned", "The company told reporters", "Suppliers confirmed", "Filings show")
_MIDDLES = ("that demand for {product} grew", "that orders for {product} slipped", "that margins on {product} held")
_ENDS = ("for the third quarter in a row.", "while the sector stood still.", "after months of doubt.")
_AUTHORS = ("Robin Vale", "Sam Okafor", "Dana Lindqvist")


@dataclass(frozen=True)
class Article:
    """One article."""

    slug: str
    #: None: news of nobody in particular.
    ticker: str | None
    title: str
    author: str
    published: datetime
    paragraphs: tuple[str, ...]
    private: bool = False

    @property
    def path(self) -> str:
        """Where its page is."""
        return f"/news/{'private' if self.private else 'articles'}/{self.slug}"


class Articles:
    """All articles of one site."""

    def __init__(self, seed: int, today: date) -> None:
        self._seed = seed
        self._midnight = datetime.combine(today, datetime.min.time(), UTC)
        self._per_ticker = {each.ticker: self._of_company(each) for each in COMPANIES}
        self.general = self._general()
        everything = [*self.general, *(each for articles in self._per_ticker.values() for each in articles)]
        self.by_path = {article.path: article for article in everything}

    def of(self, ticker: str) -> list[Article]:
        """A company's articles, the newest first."""
        return self._per_ticker.get(ticker.upper(), [])

    def _of_company(self, company: Company) -> list[Article]:
        return [self._article(company, number) for number in range(PER_COMPANY)]

    def _article(self, company: Company, number: int) -> Article:
        draw = random.Random(f"{self._seed}:news:{company.ticker}:{number}")
        headline = f"{company.name} ({company.ticker}) {draw.choice(_HEADLINES)}"
        published = self._midnight - timedelta(hours=5 + 42 * number, minutes=draw.randrange(60))
        first = f"{company.name} ({company.ticker}) was in the news on {published:%B %d}: {headline}."
        return Article(
            slug=f"{company.ticker.lower()}-{number}",
            ticker=company.ticker,
            title=headline,
            author=draw.choice(_AUTHORS),
            published=published,
            paragraphs=(first, *(_paragraph(draw, company.product) for _ in range(5))),
            private=number == PRIVATE,
        )

    def _general(self) -> list[Article]:
        """One of each company's articles, copies of others under another address, and news of nobody."""
        articles = []
        for company in COMPANIES:
            shared, copied = self.of(company.ticker)[SHARED], self.of(company.ticker)[COPIED]
            copy = Article(
                f"{copied.slug}-syndicated", None, copied.title, copied.author, copied.published, copied.paragraphs
            )
            articles += [shared, copy]
        draw = random.Random(f"{self._seed}:news:weather")
        text = tuple(_paragraph(draw, "umbrellas") for _ in range(5))
        published = self._midnight - timedelta(hours=9)
        articles.append(Article("weather", None, "Rain over the exchange", _AUTHORS[0], published, text))
        return articles


def _paragraph(draw: random.Random, product: str) -> str:
    return " ".join(
        f"{draw.choice(_OPENINGS)} {draw.choice(_MIDDLES)} {draw.choice(_ENDS)}".format(product=product)
        for _ in range(4)
    )
