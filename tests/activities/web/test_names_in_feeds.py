"""Companies and share classes, as sources and feeds call them."""

from typing import Any

import pytest

from activities.news_crawl import news_crawl
from activities.sources.web.company_names import CompanyName, spoken
from activities.sources.web.news_sources import news_sources
from contracts.params.crawl import NewsCrawlParams
from tests.activities.recording_context import RecordingContext
from tests.activities.web.odd_news import OddNews
from tests.sandbox_server import NOW


@pytest.mark.parametrize("ticker", ["BRK.B", "BRK-B"])
def test_each_source_is_asked_for_a_share_class_as_it_writes_it(ticker: str) -> None:
    asked = {source.name: source.url for source in news_sources(["yahoo_finance", "nasdaq"], ticker)}
    assert "?s=BRK-B&" in asked["yahoo_finance"]
    assert asked["nasdaq"].endswith("?symbol=BRK.B")


ABOUT = [
    ("Nvidia soars", "Its shares rose.", {}, True),
    ("Chips soar", "Shares of NVIDIA rose on Monday.", {}, True),
    ("Chips soar", "Nvidia rose, Nvidia fell, and Nvidia rose again. " * 2, {}, True),
    ("Chips soar", "AMD rose. " * 60 + "So did Nvidia.", {}, False),
    ("Chips soar", "The nvidiaesque rose.", {}, False),
    ("Gap opens stores", "It sells trousers.", {"ticker": "GPS"}, False),
    ("Gap opens stores", "It sells trousers.", {"ticker": "GPS", "company": "The Gap, Inc."}, True),
    # Names that are words: what they do or own tells them from what headlines say anyway.
    ("Analysts Raise Price Target on Nvidia", "A new target.", {"ticker": "TGT", "company": "TARGET CORP"}, False),
    ("Target cuts its outlook", "The target was too high.", {"ticker": "TGT", "company": "TARGET CORP"}, True),
    ("Target\u2019s sales fell", "In all stores.", {"ticker": "TGT", "company": "Target Corporation"}, True),
    ("Visa Rules for Students Change", "A visa is needed.", {"ticker": "V", "company": "VISA INC."}, False),
    ("Shares of Visa Inc. rose", "By 2 percent.", {"ticker": "V", "company": "VISA INC."}, True),
    ("Block Party in Brooklyn", "The Block was crowded.", {"ticker": "XYZ", "company": "Block, Inc."}, False),
    ("Berkshire Hathaway buys", "It has cash.", {"ticker": "BRK-B"}, True),
    ("Nvidia soars", "Its shares rose.", {"company": "NVIDIA CORP"}, True),
    ("Acme Rockets soars", "Its shares rose.", {"ticker": "ACME", "company": "ACME ROCKETS INC /DE/"}, True),
    ("Why acme rockets soar", "They rose.", {"ticker": "ACME", "company": "ACME ROCKETS INC"}, False),
    ("Coca-Cola soars", "Its shares rose.", {"ticker": "COCA", "company": "COCA COLA CO"}, True),
]


@pytest.mark.parametrize(("title", "text", "params", "kept"), ABOUT)
async def test_a_general_feed_calls_companies_by_their_names(
    site: OddNews, title: str, text: str, params: dict[str, Any], kept: bool
) -> None:
    address = site.feed(f"<title>{title}</title><link>/a</link><description>{text}</description>").partition("?")[0]
    context = RecordingContext(NOW)
    asked = {"ticker": "NVDA", "sources": [address]} | params
    result = await news_crawl(context, NewsCrawlParams.model_validate(asked))

    assert (result.found_by_name, result.not_about_it) == (int(kept), int(not kept))
    assert len(context.table.rows) == int(kept)


#: As print writes them: with a round apostrophe, accents, for short.
TOLD = [
    ("MCD", None, "McDonald's sales fall"),
    ("MCD", None, "McDonald\u2019s sales fall"),
    ("MCD", None, "McDonalds sales fall"),
    ("MCD", "MCDONALDS CORP", "McDonald\u2019s sales fall"),
    ("M", "Macy's, Inc.", "Macy\u2019s closes"),
    ("M", None, "Layoffs at Macy\u2019s"),
    ("WEN", "Wendy's Co", "Wendy\u2019s tests"),
    ("MCO", None, "Moody\u2019s cuts"),
    ("ORLY", "O REILLY AUTOMOTIVE INC", "O\u2019Reilly Automotive beats"),
    ("DPZ", "DOMINOS PIZZA INC", "Domino\u2019s Pizza grows"),
    ("DPZ", None, "Domino\u2018s grows"),
    ("DKS", "DICK'S SPORTING GOODS, INC.", "Dick\u2019s Sporting Goods"),
    ("LRLCY", "L OREAL CO /ADR", "L\u2019Or\u00e9al sales rise"),
    ("NSRGY", "NESTLE SA", "Nestl\u00e9 shares fall"),
    ("EL", "ESTEE LAUDER COMPANIES INC", "Est\u00e9e Lauder cuts"),
    ("EL", "ESTEE LAUDER COMPANIES INC", "Estee Lauder Companies"),
    ("LOW", "LOWES COMPANIES INC", "Lowe's raises outlook"),
    ("LOW", "LOWES COMPANIES INC", "Lowe\u2019s"),
    ("CASY", "CASEYS GENERAL STORES INC", "Casey\u2019s General Stores"),
    ("META", None, "Meta to cut jobs"),
    ("META", None, "Meta shares fall"),
    ("META", "Meta Platforms, Inc.", "Instagram owner Meta fined"),
    ("META", "Meta Platforms, Inc.", "Meta fined"),
    ("META", None, "Facebook fell"),
    ("DAL", None, "Delta cuts outlook"),
    ("BRK.B", None, "Berkshire buys stake"),
    ("DE", None, "John Deere strike"),
    ("SMCI", None, "Supermicro falls"),
    ("PG", None, "P&G raises prices"),
    ("JNJ", None, "J&J settles"),
    ("XOM", None, "ExxonMobil finds oil"),
    ("BAC", None, "BofA profit rises"),
    ("ORCL", None, "Oracle soars"),
    ("CVX", None, "Chevron buys Hess"),
    ("F", None, "Ford recalls"),
    ("F", "FORD MOTOR CO", "Ford Motor recalls"),
    ("MRK", None, "Merck grows"),
    ("GS", None, "Goldman Sachs raises dividend"),
    ("C", None, "Citi cuts 20,000 jobs"),
    ("AAPL", None, "Apple's iPhone"),
    # A bank that is judged itself.
    ("BAC", None, "Bank of America raised to buy"),
    ("WFC", None, "Wells Fargo Downgraded From Buy"),
    ("WFC", None, "Wells Fargo Upgraded At Piper Sandler"),
    ("JPM", None, "JPMorgan Lowered to Hold"),
    ("MS", None, "Morgan Stanley reiterated at buy"),
    ("GS", None, "Analyst at Goldman Sachs charged with insider trading"),
    ("GS", None, "1,000 jobs cut at Goldman Sachs"),
    ("BAC", None, "Minimum wage raised to $25 at Bank of America"),
    ("GS", None, "UBS raises price target of Goldman Sachs to $800"),
    ("MCO", None, "Moody's raises outlook on Strong Debt Sales"),
    # Beside somebody of the same name.
    ("F", None, "Doug Ford meets Ford CEO over Oakville plant"),
    ("F", None, "Premier Ford says Ford plant in Oakville stays"),
    ("F", None, "William Clay Ford Jr. to leave board"),
    ("F", None, "Automaker founded by Henry Ford posts loss"),
    ("AAPL", None, "Big Apple gets iPhone store: Apple said"),
    ("AAPL", None, "Big Apple gets iPhone store, says Apple CEO"),
    ("TSLA", None, "EV maker named after Nikola Tesla posts record deliveries"),
]
#: Words, places, people, other companies; and a bank that judges one.
NOT_TOLD = [
    ("META", None, "The Meta of this game", ""),
    ("META", None, "Going Meta on marketing", ""),
    ("META", None, "Meta-analysis finds", ""),
    ("META", None, "Meta analysis will", ""),
    ("DAL", None, "Delta variant spreads", ""),
    ("DAL", None, "Nile Delta will flood", ""),
    ("BRK.B", None, "Weekend in Berkshire", ""),
    ("ORCL", None, "Oracle of Omaha speaks", ""),
    ("ORCL", "ORACLE CORP", "The Oracle of Omaha speaks", ""),
    ("CVX", None, "Chevron doctrine ends", ""),
    ("F", None, "Harrison Ford retires", ""),
    ("F", None, "Doug Ford slams tariffs", ""),
    ("MRK", None, "Merck KGaA grows", ""),
    ("GS", None, "Goldman Sachs raises Nvidia price target to $200", ""),
    ("MS", None, "Morgan Stanley upgrades Nvidia", ""),
    ("C", None, "A game at Citi Field", ""),
    ("AAPL", None, "Big Apple rents", ""),
    ("AMZN", None, "Amazon rainforest burns", ""),
    ("TSLA", None, "Nikola Tesla was born", ""),
    ("GS", None, "Nvidia cut to Hold at Goldman Sachs", ""),
    ("GS", None, "Nvidia target raised to $200 at Goldman Sachs", ""),
    ("MCO", None, "Boeing cut to junk by Moody's", ""),
    ("MCO", None, "Moody's downgrades Boeing to junk", ""),
    ("MCO", None, "Intel credit rating cut by Moody's", ""),
    ("MCO", None, "Moody's cuts outlook on France", ""),
    ("LOW", None, "Rob Lowe's show", ""),
    ("LOW", "LOWES COMPANIES INC", "Rob Lowe's show", ""),
    ("KSS", None, "Helmut Kohl's legacy", ""),
    ("F", None, "Harrison Ford retires", "Ford said so. Ford is 84. Ford left. Ford."),
]


@pytest.mark.parametrize(("ticker", "company", "title"), TOLD)
def test_names_as_they_are_printed(ticker: str, company: str | None, title: str) -> None:
    assert CompanyName(ticker, company).is_told_of(title, "")


@pytest.mark.parametrize(("ticker", "company", "title", "text"), NOT_TOLD)
def test_what_else_bears_the_name(ticker: str, company: str | None, title: str, text: str) -> None:
    assert not CompanyName(ticker, company).is_told_of(title, text)


@pytest.mark.parametrize(
    ("company", "name"),
    [
        ("NVIDIA Corporation", "NVIDIA"), ("Apple Inc.", "Apple"), ("The Coca-Cola Company", "Coca-Cola"),
        ("Alphabet Inc. Class A", "Alphabet"), ("JPMorgan Chase & Co.", "JPMorgan Chase"),
        ("IBM", "IBM"), ("THE HOME DEPOT, INC.", "HOME DEPOT"), ("Novo Nordisk A/S", "Novo Nordisk"),
        ("Mettler-Toledo International Inc /MN", "Mettler-Toledo International"), ("ACME S.p.A.", "ACME"),
    ],
)  # fmt: skip
def test_how_a_company_is_spoken_of(company: str, name: str) -> None:
    assert spoken(company) == name
