"""The small model's plan for a goal: it knows five kinds of goals, and plans them with the types that it is shown.

`circular` plans steps that need each other, `endless` plans ten thousand, `gullible` does what the goal's text tells it
to, `late` plans a circle until it is told so. What it cannot plan it asks about.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

_ADDRESS = re.compile(r"https?://\S+")
_TOLD = re.compile(r"do this: *(?P<type>\w+) (?P<params>\{.*\})", re.IGNORECASE)
_RESEARCH = "https://www.congress.gov/most-viewed-bills"


def planned(model: str, data: dict[str, Any]) -> dict[str, Any]:
    """What it says about the goal."""
    if model == "circular" or (model == "late" and not data["wrong_before"]):
        return _answer([_step("a", "echo", {}, ["b"]), _step("b", "echo", {}, ["a"])])
    if model == "endless":
        look = {"operation": "analyze", "text": "x"}
        return _answer([_step(f"s{place}", "llm_task", look) for place in range(10_000)])
    if model == "gullible" and (told := _TOLD.search(data["goal"])):
        return _answer([_step("told", told["type"], json.loads(told["params"]))])
    return _plain(data["goal"].lower(), data["files"])


def _plain(goal: str, files: Sequence[str]) -> dict[str, Any]:
    address = found[0] if (found := _ADDRESS.search(goal)) else None
    if "research" in goal or address:
        page = _step("page", "web_monitor", {"url": address or _RESEARCH})
        wanted = "Write talking points." if "talking points" in goal else "What changed?"
        asked = {"operation": "answer", "text": "${{ steps.page.result.excerpt }}", "questions": [wanted]}
        return _answer([page, _step("points", "llm_task", asked, ["page"], review=True)])
    if files:
        texts = [f"${{{{ inputs.files[{place}].text }}}}" for place in range(len(files))]
        asked = {"operation": "answer", "text": "\n".join(texts), "questions": ["${{ inputs.goal }}"]}
        return _answer([_step("answer", "llm_task", asked, review=True)])
    missing = "Which page?" if "website" in goal else "Which texts? Please attach them."
    return {"steps": [], "questions": [missing]}


def _step(
    id_: str, task_type: str, params: dict[str, Any], needs: Sequence[str] = (), *, review: bool = False
) -> dict[str, Any]:
    return {
        "id": id_,
        "task_type": task_type,
        "params": json.dumps(params),
        "needs": list(needs),
        "for_each": "",
        "when": "",
        "needs_review": review,
    }


def _answer(steps: list[dict[str, Any]]) -> dict[str, Any]:
    return {"steps": steps, "questions": []}
