"""Which queues a worker asks of those that it is granted."""

import uuid
from typing import Any

import pytest

from contracts.names import own_queue
from contracts.workers.views import BootstrapView
from workers.capability.capabilities import Capabilities

OWN = own_queue("team", "echo")


@pytest.mark.parametrize(
    ("granted", "capabilities", "asked"),
    [
        # A server of an earlier version knows no other queues than those of capabilities.
        ({}, ["echo", "delay"], ["echo", "delay"]),
        ({"queues": ["echo", "delay", OWN]}, ["echo", "delay"], ["echo", "delay", OWN]),
        ({"queues": ["echo", "delay", OWN]}, ["delay"], ["delay"]),
        ({"queues": [OWN]}, ["echo", "delay"], [OWN]),
    ],
)
def test_the_queues_of_what_it_can_do(granted: dict[str, Any], capabilities: list[str], asked: list[str]) -> None:
    view = BootstrapView(
        worker_id=uuid.uuid4(), name="mac", capabilities=["echo", "delay"], max_concurrency=2,
        gateway_address="localhost:7234", gateway_tls=False, namespace="clawdbot", **granted,
    )  # fmt: skip
    assert Capabilities.queues(view, capabilities) == asked
