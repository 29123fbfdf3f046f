"""Starts the agent if that is gone. A schedule did so each minute before core did it itself; kept for what is open."""

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from contracts import names


@workflow.defn(name=names.AGENT_KEEPER_WORKFLOW)
class AgentKeeperWorkflow:
    """A workflow of its own because a schedule adds the time to the id of what it starts; the agent's is fixed."""

    @workflow.run
    async def run(self) -> bool:
        """Whether the agent had to be started."""
        try:
            await workflow.start_child_workflow(
                names.AGENT_WORKFLOW,
                id=names.AGENT_ID,
                task_queue=names.CORE_QUEUE,
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                static_summary="the agent",
            )
        except WorkflowAlreadyStartedError:
            return False
        return True
