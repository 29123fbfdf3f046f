"""Weights and freshness targets as settings say them."""

import pytest

from contracts.agent.ranking import DEFAULT_TARGETS, RankingWeights, parse_targets, parse_weights
from contracts.records.sources import SOURCES
from contracts.settings import ServerSettings

REQUIRED = {"database_url": "postgresql://x/y", "jwt_secret": "x" * 32, "lease_secret": "x"}


def test_every_source_has_a_target() -> None:
    assert DEFAULT_TARGETS.keys() == {each.name for each in SOURCES.values()}


def test_what_is_left_out_keeps_its_default() -> None:
    assert parse_targets("") == DEFAULT_TARGETS
    assert parse_targets(" reddit = 6h , sec=2d,twitter=off,") == {
        **{name: hours for name, hours in DEFAULT_TARGETS.items() if name != "twitter"},
        "reddit": 6,
        "sec": 48,
    }
    assert parse_weights("") == RankingWeights()
    assert parse_weights("watchers=0,cost=2.5") == RankingWeights(watchers=0, cost=2.5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("redit=6h", "'redit' is no source"),
        ("reddit=6", "'reddit=6' must be like reddit=12h"),
        ("reddit=0h", "'reddit=0h' must be like"),
        ("reddit=99999d", "'reddit=99999d' must be like"),
        ("reddit", "'reddit' must be like reddit=12h"),
        ("reddit=1h,reddit=2h", "each name once"),
    ],
)
def test_targets_that_make_no_sense(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        ServerSettings.model_validate({**REQUIRED, "freshness_targets": text})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hype=1", "'hype' is no weight; use staleness"),
        ("cost=-1", "cost: must be at least 0"),
        ("cost=nan", "cost: must be a finite number"),
        ("cost=much", "cost: must be a number"),
        ("staleness=0,watchers=0,trend=0,earnings=0,score_change=0,past_yield=0,cost=0", "at least one weight"),
    ],
)
def test_weights_that_make_no_sense(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        ServerSettings.model_validate({**REQUIRED, "ranking_weights": text})
