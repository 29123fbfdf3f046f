"""What is submitted comes back from a worker as it was."""

import json
from typing import Any

from tests.stack.harness import Api, RunningStack

DEEPEST: list[Any] = json.loads("[" * 99 + "]" * 99)


def test_a_message_comes_back_as_it_was(stack: RunningStack, api: Api) -> None:
    messages = [None, "", "\U0001f642 <script>", {"a": None, "b": [None]}, 2**60, 0.1, DEEPEST]
    with stack.worker("echo", concurrency=4):
        tasks = api.wait_for_all([api.submit("echo", {"message": message}) for message in messages])
    assert [task["result"]["message"] for task in tasks] == messages
