"""The plans that come with ClawdBot can run."""

from pathlib import Path

import pytest

from contracts.plans.documents import read_plan
from contracts.plans.plan import Plan
from plans.check import mistakes_in

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "plans").glob("*.yaml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_has_no_mistakes(path: Path) -> None:
    assert mistakes_in(Plan.model_validate(read_plan(path.read_text()))) == []
