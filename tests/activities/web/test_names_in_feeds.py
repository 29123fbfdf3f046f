"""Companies and share classes, as sources and feeds call them."""

from typing import Any

import pytest

from activities.news_crawl import news_crawl
from activities.sources.web.company_names import spoken
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
