"""The workflow of a plan goes on in another run before its history grows large."""

import asyncio
import uuid

from temporalio import activity
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from contracts import names
from contracts.plans.work import PlanInput, PlanReport
from tests.stack.harness import RunningStack
from workflows.plan import PlanWorkflow

WAKES = 12


def test_it_goes_on_in_another_run(stack: RunningStack) -> None:
    advances = 0
    advanced = asyncio.Event()

    @activity.defn(name=names.PLAN_ADVANCE_ACTIVITY)
    async def advance(_: PlanInput) -> PlanReport:
        nonlocal advances
        advances += 1
        advanced.set()
        return PlanReport(over=advances > WAKES, status="succeeded")

    async def run() -> tuple[str, str, str]:
        client = await Client.connect(
            stack.temporal_address, namespace=stack.namespace, data_converter=pydantic_data_converter
        )
        queue = f"plans-{uuid.uuid4().hex}"
        worker = Worker(
            client,
            task_queue=queue,
            workflows=[PlanWorkflow],
            activities=[advance],
            no_remote_activities=True,
            workflow_runner=UnsandboxedWorkflowRunner(),
        )
        async with worker:
            started = await client.start_workflow(
                names.PLAN_WORKFLOW, PlanInput(plan_id=uuid.uuid4(), most_events=20), id=queue, task_queue=queue
            )
            first = (await started.describe()).run_id
            handle = client.get_workflow_handle(queue)
            while advances <= WAKES:
                advanced.clear()
                await handle.signal(names.PLAN_WAKE_SIGNAL)
                await advanced.wait()
            result = str(await handle.result())
            return result, first, (await handle.describe()).run_id

    result, first, last = asyncio.run(run())
    assert result == "succeeded"
    assert first != last
