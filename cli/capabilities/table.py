"""The table of capabilities, and why one is held back."""

from rich.text import Text

from cli.listing import listing
from cli.output import say, say_all, screen
from cli.text import ago, one_line
from contracts.workers.control_views import CapabilitiesView, CapabilityView
from contracts.workers.rates import rate_text
from contracts.workers.states import CapabilityState, state_words

_STYLES = {"running": "green", "paused": "yellow", "circuit_open": "red"}


def why(found: CapabilityView) -> str:
    """What holds a capability back, in one line; nothing if it runs."""
    if found.paused:
        return f"paused by {found.paused.by}: {found.paused.reason}"
    if found.circuit is None:
        return ""
    if found.circuit.probe_task_id:
        probe = f"task {found.circuit.probe_task_id} is trying it"
    elif found.circuit.state == "half_open":
        probe = "the next task tries it"
    else:
        probe = f"a probe follows {ago(found.circuit.probe_at)}"
    return f"circuit open, {probe}: {found.circuit.reason}"


def show_capabilities(found: CapabilitiesView) -> None:
    if found.everything:
        told = f"Everything is paused by {found.everything.by}: {found.everything.reason}"
        say(Text(one_line(told, 1_000) + "\n", style="bold yellow"))
    table = listing(
        "CAPABILITY",
        "STATE",
        ">WAITING",
        "OLDEST",
        ">IN WORK",
        ">WORKERS",
        ">RATE",
        "WHY",
        wraps=("WHY",),
        spare=("OLDEST", "RATE"),
    )
    for each in found.capabilities:
        table.add_row(
            one_line(each.capability, 60),
            Text(one_line(state_words(CapabilityState, each.state)), style=_STYLES.get(each.state, "")),
            f"{each.backlog:,}" + ("+" if each.backlog_capped else ""),
            ago(each.oldest_waiting_at) if each.oldest_waiting_at else "",
            f"{each.in_work:,}",
            f"{each.workers_online}" + (f" (+{each.workers_held} held)" if each.workers_held else ""),
            rate_text(each.rate.per_second) if each.rate else "",
            one_line(why(each), 120),
        )
    screen().print(table)
    say_all(len(found.capabilities), "capability")
