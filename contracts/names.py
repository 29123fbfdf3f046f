"""Persistent names: they stand in Temporal histories and in databases, so they never change silently."""

import uuid
from typing import Final

NAMESPACE: Final = "clawdbot"
#: Task queue of our own trusted workflows and activities.
CORE_QUEUE: Final = "clawdbot-core"

#: Task queue of notifications, core's own: what a channel takes long for holds up no task. No capability has a colon.
NOTIFY_QUEUE: Final = "core:notify"

TASK_WORKFLOW: Final = "Task"
AGENT_WORKFLOW: Final = "Agent"
#: There is one agent, and this is the id of its workflow.
AGENT_ID: Final = "agent"
#: Started by a schedule of the same id; has the agent's workflow run again if it does not.
AGENT_KEEPER_WORKFLOW: Final = "AgentKeeper"
AGENT_KEEPER_ID: Final = "agent-keeper"
PLAN_WORKFLOW: Final = "Plan"
_PLAN = "plan-"
NOTIFY_WORKFLOW: Final = "Notify"
DIGEST_WORKFLOW: Final = "Digest"
#: Started by a schedule when it is due.
SCHEDULE_RUN_WORKFLOW: Final = "ScheduleRun"

SEND_NOTIFICATION_ACTIVITY: Final = "send-notification"
GIVE_UP_NOTIFICATION_ACTIVITY: Final = "give-up-notification"
WRITE_DIGEST_ACTIVITY: Final = "write-digest"
FIRE_SCHEDULE_ACTIVITY: Final = "fire-schedule"
CANCEL_RUN_ACTIVITY: Final = "cancel-schedule-run"

RECORD_STATUS_ACTIVITY: Final = "record-status"
RECORD_OUTCOME_ACTIVITY: Final = "record-outcome"
HAS_BEGUN_ACTIVITY: Final = "has-begun"
AGENT_STEER_ACTIVITY: Final = "agent-steer"
AGENT_ROUND_ACTIVITY: Final = "agent-round"
AGENT_START_ACTIVITY: Final = "agent-start"
PLAN_ADVANCE_ACTIVITY: Final = "plan-advance"
#: What a worker is asked to do to show that tasks reach it.
CANARY_ACTIVITY: Final = "canary"

REPRIORITISE_SIGNAL: Final = "reprioritise"
DECIDE_UPDATE: Final = "decide"
#: To the workflow of a schedule's run, with a `RunEnd`.
RUN_ENDED_SIGNAL: Final = "run-ended"
#: Words to the agent's workflow: each a signal with an `AgentOrder`.
AGENT_PAUSE_SIGNAL: Final = "pause"
AGENT_RESUME_SIGNAL: Final = "resume"
AGENT_RUN_SIGNAL: Final = "run"
AGENT_BUDGET_SIGNAL: Final = "set_budget"
AGENT_POLICY_SIGNAL: Final = "set_policy"
#: Look at what is stored: settings may have changed with a restart of core.
AGENT_LOOK_SIGNAL: Final = "look"
#: To a plan's workflow: something of it has ended, or a person steered it.
PLAN_WAKE_SIGNAL: Final = "wake"
AGENT_STATE_QUERY: Final = "state"
AGENT_EXPLAIN_QUERY: Final = "explain"

#: Signs what the agent creates.
AGENT_LABEL: Final = "agent:clawdbot"

# Search attributes (all Keyword), registered in temporal-config/search-attributes.yaml.
SA_TASK_TYPE: Final = "TaskType"
#: The server's own.
SA_BUILD_IDS: Final = "BuildIds"
SA_TICKER: Final = "Ticker"
SA_CREATED_BY: Final = "CreatedBy"
SA_PRIORITY: Final = "TaskPriority"

#: HTTP header in which a worker shows the task token that the gateway gave it, in base64.
LEASE_HEADER: Final = "X-Task-Token"
#: In which a worker that starts says its version, and how many tasks at once it was told to take.
VERSION_HEADER: Final = "X-Clawdbot-Version"
SLOTS_HEADER: Final = "X-Clawdbot-Slots"

# Channels of Postgres NOTIFY. Payloads are empty: a notification only says "look".
EVENTS_CHANNEL: Final = "task_events"
OUTBOX_CHANNEL: Final = "outbox"
CONTROLS_CHANNEL: Final = "controls"
PLANS_CHANNEL: Final = "plans"

#: Stands for every capability where a pause is kept.
EVERYTHING: Final = "*"


def activity_id(round_: int) -> str:
    """Id of the work activity of one round (a person's retry begins a new round)."""
    return f"work-{round_}"


#: Derives the id of the task of an entry of a plan.
_TASKS_OF_PLANS: Final = uuid.UUID("0b7f5c3e-93a1-4a52-8a0f-5d6c1f3e2b94")


def task_of_part(plan_id: object, step: str, place: int) -> uuid.UUID:
    """The id of the task of this entry, known before there is one: whoever creates it twice creates one."""
    return uuid.uuid5(_TASKS_OF_PLANS, f"{plan_id}:{step}:{place}")


def plan_workflow_id(plan_id: object) -> str:
    """One workflow per plan, whatever becomes of its runs."""
    return f"{_PLAN}{plan_id}"


def plan_of_workflow(workflow_id: str) -> uuid.UUID | None:
    """The plan that such an id is of; None: of none."""
    try:
        return uuid.UUID(workflow_id.removeprefix(_PLAN)) if workflow_id.startswith(_PLAN) else None
    except ValueError:
        return None


def notify_workflow_id(delivery_id: int) -> str:
    """One workflow per message, so that no message is under way twice."""
    return f"notify-{delivery_id}"


def digest_schedule_id(period: str) -> str:
    return f"digest-{period}"


_SCHEDULE: Final = "schedule-"


def schedule_id(id_: uuid.UUID) -> str:
    """Id of a schedule in Temporal; what it starts has the moment behind it."""
    return f"{_SCHEDULE}{id_}"


def schedule_of(temporal_id: str) -> uuid.UUID | None:
    """The schedule of that id in Temporal, or None when it is not one of ours."""
    try:
        return uuid.UUID(temporal_id.removeprefix(_SCHEDULE)) if temporal_id.startswith(_SCHEDULE) else None
    except ValueError:
        return None


def canary_queue(worker_id: str) -> str:
    """The task queue that only this worker polls. No capability has a name with a colon."""
    return f"worker:{worker_id}"


_SESSION: Final = "session:"


def session_queue(task_id: object) -> str:
    """The task queue of a session, by the task that holds it open: only the worker that has it polls it."""
    return f"{_SESSION}{task_id}"


def session_of_queue(queue: str) -> uuid.UUID | None:
    """The task that holds open the session with this queue; None: it is the queue of none."""
    try:
        return uuid.UUID(queue.removeprefix(_SESSION)) if queue.startswith(_SESSION) else None
    except ValueError:
        return None


def round_of(activity_id: str) -> int | None:
    """The round that `activity_id` names, or None when it is not one of ours."""
    prefix, _, number = activity_id.partition("-")
    # No more digits than Postgres can hold: on the Temporal side anything may be typed.
    return int(number) if prefix == "work" and number.isascii() and number.isdigit() and len(number) < 10 else None


#: Derives task ids of workflows that were started by hand under a name that is no UUID.
_BY_HAND: Final = uuid.UUID("6f0c2f0e-5a52-4b3e-9a0e-0c1a2d7b4e55")


def task_id_of(workflow_id: str) -> uuid.UUID:
    """The task id of a workflow: its own id where that is a UUID, else one derived from it."""
    try:
        return uuid.UUID(workflow_id)
    except ValueError:
        return uuid.uuid5(_BY_HAND, workflow_id)
