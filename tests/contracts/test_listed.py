"""The listed companies: what is shipped, and the SEC's own file in its place."""

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from contracts.settings import ServerSettings
from contracts.tickers.listed import UnreadableList, listed_in, shipped
from intake.companies import COMPANIES, SEVERAL
from intake.sentence import Sentence
from intake.words import read_fillers
from tests.intake.test_sentences import read


def test_what_is_shipped_has_the_well_known_ones() -> None:
    assert len(shipped().names) > 9_000
    assert {"NVDA", "GME", "AMC", "PLTR", "RIVN", "COIN", "SPY", "BRK.B"} <= shipped().well_known
    assert shipped().called("COST") == "Costco Wholesale"
    assert shipped().by_name["rocket lab"] == ["RKLB"]


def test_every_name_that_people_say_is_one_of_a_listed_company() -> None:
    symbols = {*COMPANIES.values(), *(each for several in SEVERAL.values() for each in several)}
    assert symbols - shipped().names.keys() == set()
    assert COMPANIES.keys() & SEVERAL.keys() == set()


def test_no_name_is_a_word_that_carries_nothing() -> None:
    said = [Sentence(each) for each in (*COMPANIES, *SEVERAL)]
    for each in said:
        read_fillers(each)
    assert [each.text for each in said if not each.rest.strip(" \x00")] == []


def test_the_secs_own_file_goes_before_what_is_shipped(tmp_path: Path) -> None:
    file = tmp_path / "company_tickers.json"
    rows = [
        {"cik_str": 1, "ticker": "NEWCO", "title": "Brand New Co"},
        {"cik_str": 2, "ticker": "BRK-B", "title": "Berkshire"},
    ]
    file.write_text(json.dumps({str(place): row for place, row in enumerate(rows)}))
    listed = listed_in(file)
    assert (listed.names["NEWCO"], listed.names["BRK.B"]) == ("Brand New Co", "Berkshire")
    assert "NVDA" in listed.names


@pytest.mark.parametrize("text", ["", "[]", '{"0": {"ticker": "A"}}', '{"0": 1}'])
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "other.json"
    file.write_text(text)
    with pytest.raises(UnreadableList, match=r"is not the SEC's company_tickers\.json"):
        listed_in(file)
    with pytest.raises(ValidationError, match=r"is not the SEC's company_tickers\.json"):
        ServerSettings.model_validate({"listed_companies": file, "jwt_secret": "x" * 32, "lease_secret": "x" * 32})


def test_a_company_of_the_register_is_offered() -> None:
    (question,) = read("news about applied digital").questions
    assert question.answers == ["news about $APLD"]
