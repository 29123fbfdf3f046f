"""The Postgres database and the Temporal namespace that a stack runs on: its own embedded ones, or ones it is given."""

import os
import signal
from dataclasses import dataclass

from contracts.names import NAMESPACE
from workers.embedded import postgres, temporal
from workers.embedded.answering import answers
from workers.embedded.layout import DataDirectory, Ports
from workers.embedded.supervisor import Child
from workers.embedded.unbrowsable import unbrowsable_address

#: Go collects garbage once the heap has grown by so much. With its default of 100 the idle server kept 23 MB more.
_GARBAGE_PERCENT = "40"


@dataclass(frozen=True)
class Foundations:
    """Where they are. Several stacks may share the servers: each has its own database and its own namespace."""

    database_url: str
    temporal_address: str
    temporal_ui_url: str
    namespace: str = NAMESPACE

    def environment(self) -> dict[str, str]:
        """How our processes are told."""
        return {
            "CLAWDBOT_DATABASE_URL": self.database_url,
            "CLAWDBOT_TEMPORAL_ADDRESS": self.temporal_address,
            "CLAWDBOT_TEMPORAL_UI_URL": self.temporal_ui_url,
            "CLAWDBOT_TEMPORAL_NAMESPACE": self.namespace,
        }


def embedded_foundations(directory: DataDirectory, ports: Ports) -> Foundations:
    """Those of `foundation_children`."""
    return Foundations(
        database_url=postgres.url(ports.postgres, directory.secrets().postgres_password),
        temporal_address=f"127.0.0.1:{ports.temporal}",
        temporal_ui_url=f"http://127.0.0.1:{ports.temporal_ui}",
        namespace=os.environ.get("CLAWDBOT_TEMPORAL_NAMESPACE") or NAMESPACE,
    )


def foundation_children(directory: DataDirectory, ports: Ports) -> list[Child]:
    """The two servers in this data directory, whose Postgres has been prepared, and the door of the Web UI."""
    password, ui = directory.secrets().postgres_password, unbrowsable_address()
    return [
        Child(
            "postgres",
            postgres.command(directory, ports.postgres),
            is_up=lambda: postgres.is_up(ports.postgres, password),
            # "Fast shutdown": disconnect everybody, write everything, exit.
            stop_signal=signal.SIGINT,
            user=postgres.run_as(),
        ),
        Child(
            "temporal",
            temporal.command(directory, ports, ui),
            is_up=lambda: temporal.is_up(ports.temporal),
            environment={"GOGC": os.environ.get("GOGC", _GARBAGE_PERCENT)},
        ),
        # The door in front of the Web UI. Both are up then: the answer is the real one's.
        Child("web-ui", temporal.web_ui_command(ports, ui), is_up=answers(ports.temporal_ui, "healthz")),
    ]
