"""`clawdbot status`: how everything is, what needs a person, and what to do next, on one screen."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.api_client import ApiClient
from cli.capabilities.table import why
from cli.connection import find_connection
from cli.options import ApiUrl, AsJson
from cli.output import count, print_json, screen
from cli.text import ago, one_line
from contracts.agent.views import AgentView
from contracts.alerts.views import NotificationsPage, NotificationView
from contracts.metrics.overview import OverviewView
from contracts.tasks.statuses import OPEN, TaskStatus
from contracts.tasks.views import CountView
from contracts.workers.control_views import CapabilitiesView, CapabilityView

#: Workers in these states take tasks.
_AT_WORK = ("busy", "idle")
_MOST_QUEUES = 6
#: Alerts that are asked for, and those that are shown.
_MOST_ALERTS, _MOST_SHOWN = 100, 3
_STYLES = {"ok": "green", "late": "yellow", "down": "bold red", "unknown": "yellow"}


def status(api_url: ApiUrl = None, as_json: AsJson = False) -> None:
    """Show how each part is, what waits, what needs you, and what to do next.

    Example: clawdbot status
    """
    with ApiClient(find_connection(api_url)) as api:
        overview = api.get("/overview", OverviewView)
        queues = api.get("/capabilities", CapabilitiesView)
        agent = api.get("/agent", AgentView)
        firing = api.get("/notifications", NotificationsPage, state="firing", limit=_MOST_ALERTS).notifications
        url = api.api_url
    if as_json:
        found: Mapping[str, Any] = {"overview": overview, "capabilities": queues, "agent": agent}
        plain = {name: each.model_dump(mode="json") for name, each in found.items()}
        print_json(plain | {"firing": [each.model_dump(mode="json") for each in firing]})
    else:
        bad = [each for each in firing if each.severity != "info"]
        _show(screen(), url, overview, queues, agent, list(_needs(overview, queues, agent, bad)))


def _show(
    console: Console,
    url: str,
    overview: OverviewView,
    queues: CapabilitiesView,
    agent: AgentView,
    needs: Sequence[tuple[str, str]],
) -> None:
    console.print(Text(f"ClawdBot at {url}", style="bold"))
    facts = Table.grid(padding=(0, 2, 0, 0))
    facts.add_row("Parts", _parts(overview))
    facts.add_row("Tasks", _tasks(overview.counts))
    facts.add_row("Workers", _named(overview.workers) or "none")
    facts.add_row("Agent", _agent(agent))
    for number, each in enumerate(_waiting(queues)):
        facts.add_row("" if number else "Queues", _queue(each))
    console.print(facts)
    console.print(Text("\nNeeds you" if needs else "\nNothing needs you.", style="bold"))
    for what, command in needs:
        console.print(Text(f"  {what} ").append(f"({command})", style="dim"))
    console.print(Text(f"\nNext: {_next(needs, overview)}", style="dim"))


def _parts(overview: OverviewView) -> Text:
    text = Text()
    for number, part in enumerate(overview.parts):
        text.append(", " if number else "").append(f"{part.name} {part.state}", style=_STYLES.get(part.state, ""))
    return text


def _tasks(counts: Mapping[TaskStatus, CountView]) -> str:
    """What is open first."""
    there = [(status, each) for status, each in counts.items() if each.count or each.capped]
    there.sort(key=lambda pair: pair[0] not in OPEN)
    said = (f"{each.count:,}{'+' if each.capped else ''} {status.words}" for status, each in there)
    return ", ".join(said) or "none yet"


def _named(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {one_line(name, 20)}" for name, number in counts.items() if number)


def _agent(agent: AgentView) -> str:
    if agent.paused:
        return f"paused by {one_line(agent.paused.by, 40)}: {one_line(agent.paused.reason, 100)}"
    following = f", next round {ago(agent.next_round_at)}" if agent.next_round_at else ""
    return f"running{following}, {count(agent.open_tasks, 'task')} open"


def _waiting(queues: CapabilitiesView) -> list[CapabilityView]:
    return sorted((each for each in queues.capabilities if each.backlog), key=lambda each: -each.backlog)[:_MOST_QUEUES]


def _queue(each: CapabilityView) -> str:
    oldest = f", the oldest from {ago(each.oldest_waiting_at)}" if each.oldest_waiting_at else ""
    more = "+" if each.backlog_capped else ""
    workers = count(each.workers_online, "worker") if each.workers_online else "no worker"
    return f"{one_line(each.capability, 40)}: {each.backlog:,}{more} waiting{oldest}; {workers} online"


def _needs(
    overview: OverviewView, queues: CapabilitiesView, agent: AgentView, firing: Sequence[NotificationView]
) -> Iterator[tuple[str, str]]:
    """(what, the command that deals with it), the most pressing first."""
    for part in overview.parts:
        if part.state in ("down", "late"):
            yield f"{part.name} is {part.state}: {one_line(part.detail, 300)}", "look at its log (docs/operations.md)"
    asking = overview.counts.get(TaskStatus.AWAITING_APPROVAL)
    if asking and asking.count:
        command = "clawdbot tasks list --status awaiting_approval"
        yield f"{count(asking.count, 'task')} awaiting approval", f"{command}, then clawdbot tasks approve ID"
    if queues.everything:
        yield f"everything is paused: {one_line(queues.everything.reason, 200)}", "clawdbot capabilities resume --all"
    yield from _held(queues)
    if agent.trouble:
        yield f"the agent: {one_line(agent.trouble, 300)}", "clawdbot agent status"
    for each in firing[:_MOST_SHOWN]:
        yield one_line(each.title, 150), "clawdbot alerts list --firing"
    if len(firing) > _MOST_SHOWN:
        yield f"{count(len(firing) - _MOST_SHOWN, 'more alert')} firing", "clawdbot alerts list --firing"


def _held(queues: CapabilitiesView) -> Iterator[tuple[str, str]]:
    for each in queues.capabilities:
        name = one_line(each.capability, 40)
        if each.state != "running":
            yield f"{name} is {each.state.replace('_', ' ')}: {one_line(why(each), 200)}", "clawdbot capabilities"
        elif each.backlog and not each.workers_online:
            command = f"clawdbot start --capabilities {name}, or clawdbot workers"
            yield f"{name}: {each.backlog:,} waiting, and no worker is online for it", command


def _next(needs: Sequence[tuple[str, str]], overview: OverviewView) -> str:
    if needs:
        return needs[0][1]
    if not any(overview.workers.get(state) for state in _AT_WORK):
        return "clawdbot start (a worker on this machine)"
    if not any(each.count for each in overview.counts.values()):
        return "clawdbot add 'reddit posts about $NVDA of the last 7 days'"
    return "clawdbot tasks list, clawdbot open"
