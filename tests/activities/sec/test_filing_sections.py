"""What of a long filing a model reads."""

import pytest

from activities.models.filing_sections import passages
from activities.models.material import item_of, items_of
from contracts.records.rows import RecordKind
from tests.activities.recording_context import RecordingContext
from tests.sandbox_server import NOW

COVER = "UNITED STATES\nSECURITIES AND EXCHANGE COMMISSION\nForm 10-K\n" + "Indicate by check mark.\n" * 200
CONTENTS = (
    "Item 1. Business 4\nItem 1A. Risk Factors 12\nItem 7. Management\u2019s Discussion 30\nItem 8. Statements 44\n"
)


def section(heading: str, word: str) -> str:
    return f"{heading}\n" + f"The {word} of the company matters. " * 300 + "\n"


ANNUAL = COVER + CONTENTS + "".join(
    section(heading, word)
    for heading, word in (
        ("ITEM 1. BUSINESS", "trade"),
        ("Item\u00a01A. Risk Factors", "risk"),
        ("Item 7 \u2013 Management\u2019s Discussion", "margin"),
        ("ITEM 8: Financial Statements", "ledger"),
    )
)  # fmt: skip


def test_of_an_annual_report_its_discussion_comes_first() -> None:
    text = passages("10-K/A", ANNUAL, 3_000)
    assert text.startswith("Item 7 \u2013 Management")
    assert [word in text for word in ("margin", "risk", "trade", "check mark")] == [True, True, True, False]
    assert text.index("margin") < text.index("risk") < text.index("trade")
    assert 2_500 < len(text) <= 3_000


def test_of_a_current_report_all_that_happened() -> None:
    report = COVER + section("Item 2.02 Results of Operations", "quarter") + section("Item 9.01 Exhibits", "exhibit")
    text = passages("8-K", report, 2_000)
    assert text.startswith("Item 2.02")
    assert "exhibit" not in text


@pytest.mark.parametrize("text", ["", "short", COVER * 5, CONTENTS * 50])
def test_without_sections_it_is_the_beginning(text: str) -> None:
    assert passages("10-K", text, 3_000) == text[:3_000]


def test_an_item_for_a_model_holds_its_limit() -> None:
    row = {"accession_number": "1", "company": "NEW CO", "form": "10-K", "text": ANNUAL}
    item = item_of(RecordKind.SEC_FILINGS, row, 3_000)
    assert item.text.startswith("NEW CO\n10-K\nItem 7")
    assert len(item.text) <= 3_000


@pytest.mark.parametrize("heading", ["PART II, Item 7. Discussion", "Part II \u2014 ITEM 7", "Item 7 A. Market risk"])
def test_headings_as_they_are_written(heading: str) -> None:
    text = passages("10-K", COVER + section("Item 7\nDiscussion", "margin")[:400] + section(heading, "yield"), 1_000)
    assert "yield" in text


def test_a_document_without_items_begins_behind_its_cover() -> None:
    letter = "Dear shareholders, we had a good year, and we ask for your vote on the matters below. " * 60
    boxes = "Indicate by check mark whether the registrant has filed all reports that are required of it. " * 4
    assert passages("DEF 14A", f"{COVER}{boxes}\n{letter}", 3_000) == letter[:3_000]


async def test_all_pieces_of_a_long_filing_are_looked_through() -> None:
    place = ANNUAL.index("Item 7 ") + 20
    context = RecordingContext(NOW)
    pieces = [{"piece_id": "1:3", "text": ANNUAL[place + 9 :]}, {"piece_id": "1:2", "text": ANNUAL[place : place + 9]}]
    context.materials[RecordKind.SEC_FILING_PIECES] = [pieces]
    row = {"accession_number": "1", "company": "NEW CO", "form": "10-K", "text": ANNUAL[:place], "pieces": 3}

    [item] = await items_of(context, RecordKind.SEC_FILINGS, [row], 3_000)

    assert item == item_of(RecordKind.SEC_FILINGS, {**row, "text": ANNUAL}, 3_000)
    assert [query.ids for query in context.queries] == [["1:2", "1:3"]]
