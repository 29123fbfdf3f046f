"""What of a long filing a model reads."""

import pytest

from activities.models.filing_sections import passages
from activities.models.material import item_of
from contracts.records.rows import RecordKind

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
