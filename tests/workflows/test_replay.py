"""Today's workflow code can go on with what yesterday's began: recorded histories replay without a difference."""

import json
from pathlib import Path
from typing import Any

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from contracts.names import TASK_WORKFLOW
from contracts.task_types import TASK_TYPES
from tests.histories.record import DIRECTORY, SCENARIOS
from workflows.agent import AgentWorkflow
from workflows.agent_keeper import AgentKeeperWorkflow
from workflows.digest import DigestWorkflow
from workflows.notify import NotifyWorkflow
from workflows.plan import PlanWorkflow
from workflows.schedule_run import ScheduleRunWorkflow
from workflows.task import TaskWorkflow

RECORDED = sorted(DIRECTORY.glob("*.json"))
WORKFLOWS = [
    *(TaskWorkflow, PlanWorkflow, ScheduleRunWorkflow),
    *(AgentWorkflow, AgentKeeperWorkflow, NotifyWorkflow, DigestWorkflow),
]


def history(path: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(path.stem, path.read_text())


def test_every_scenario_is_recorded() -> None:
    names = {path.stem.partition("-")[2] for path in RECORDED}
    assert names == {scenario.__name__.replace("_", "-") for scenario in SCENARIOS}


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
async def test_replay(path: Path) -> None:
    assert await failure_of_replaying(path) is None


async def failure_of_replaying(path: Path) -> Exception | None:
    replayer = Replayer(workflows=WORKFLOWS, data_converter=pydantic_data_converter)
    return (await replayer.replay_workflow(history(path), raise_on_replay_failure=False)).replay_failure


@pytest.mark.parametrize("path", sorted(DIRECTORY.glob("v1-s*.json")), ids=lambda path: path.stem)
async def test_a_task_goes_on_whose_type_is_removed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(TASK_TYPES, "echo")
    assert await failure_of_replaying(path) is None


@workflow.defn(name=TASK_WORKFLOW, sandboxed=False)
class ChangedWorkflow:
    """What a careless change looks like: a timer that older histories do not have."""

    @workflow.run
    async def run(self, submitted: Any = None) -> Any:
        await workflow.sleep(1)  # of a replay: no time passes
        return submitted


@pytest.mark.parametrize("path", sorted(DIRECTORY.glob("*-succeeded.json")), ids=lambda path: path.stem)
async def test_a_careless_change_is_caught(path: Path) -> None:
    replayer = Replayer(workflows=[ChangedWorkflow], data_converter=pydantic_data_converter)
    result = await replayer.replay_workflow(history(path), raise_on_replay_failure=False)
    assert isinstance(result.replay_failure, workflow.NondeterminismError)


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_no_secret_and_no_key_is_in_a_history(path: Path) -> None:
    text = json.dumps(json.loads(path.read_text()))
    assert "cwb_" not in text
    assert "password" not in text.lower()
