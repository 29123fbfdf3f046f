"""Goals that are about texts or a page, by rules; and what to ask where no rule fits."""

import re
from collections.abc import Sequence

from contracts.plans.goals import GoalFile
from contracts.plans.plan import Plan, Step
from contracts.tasks.plain_language import Question

_ADDRESS = re.compile(r"https?://[^\s<>\"')\]]+[^\s<>\"')\].,;:!?]")
_WATCHES = re.compile(r"\b(?:monitor|watch|check|track|chang\w+|look at|read|fetch|summar\w+)\b", re.IGNORECASE)
_SUMMARISES = re.compile(r"\b(?:summar\w+|explain|tell|report)\b", re.IGNORECASE)
_ASKS = re.compile(r"\b(?:homework|assignment|exercise|answer|solve|questions?)\b|\?\s*$", re.IGNORECASE)
#: Subject, and what to ask if nothing is attached.
_OPEN = (
    (
        re.compile(r"\b(?:homework|assignment|exercise|essay)\b", re.IGNORECASE),
        "files",
        "What is the assignment? Attach its text as a file.",
    ),
    (
        re.compile(r"\b(?:codebase|source code|code|repository|repo|logging)\b", re.IGNORECASE),
        "files",
        "Which files of the code? Attach their text; no task type here reads a repository by itself.",
    ),
    (
        re.compile(r"\b(?:website|web ?page|page|site)\b", re.IGNORECASE),
        "text",
        "Which page? Write its address into the goal, with https://.",
    ),
    (
        re.compile(r"\b(?:polic\w+|contracts?|offers?|quotes?|documents?|compare|recommend)\b", re.IGNORECASE),
        "files",
        "Which texts? Attach each of them as a file.",
    ),
    (
        re.compile(r"\b(?:research|find|search|look up|prepare|write)\b", re.IGNORECASE),
        "text",
        "Where is it to be read? Nothing here searches the Web at large: name tickers, write the address of a page, "
        "or attach texts as files.",
    ),
)  # fmt: skip


def plan_of_page(goal: str, name: str) -> Plan | None:
    """A page is fetched and compared; None: the goal names no page, or wants something else of it."""
    addresses = list(dict.fromkeys(_ADDRESS.findall(goal)))
    if len(addresses) != 1 or not _WATCHES.search(goal):
        return None
    steps = [Step(id="page", task_type="web_monitor", params={"url": addresses[0]})]
    if _SUMMARISES.search(goal):
        steps.append(
            Step(
                id="summary",
                task_type="llm_task",
                needs=["page"],
                when="steps.page.result.changed || steps.page.result.first_snapshot",
                params={
                    "operation": "summarize",
                    "text": "${{ steps.page.result.excerpt + '\\n' + steps.page.result.diff }}",
                },
            )
        )
    return Plan(name=name, steps=steps)


def plan_of_files(goal: str, files: Sequence[GoalFile], name: str) -> Plan | None:
    """Each text is read by itself, then the goal is asked of all that was found; a person looks at the answer.

    Words of people and files are inputs, never part of an expression.
    """
    if not files:
        return None
    inputs = {"goal": goal, "files": [each.model_dump() for each in files]}
    if len(files) == 1 or _ASKS.search(goal):
        return Plan(name=name, inputs=inputs, steps=[_answer("inputs.files[{}].text", len(files), [])])
    reading = Step(
        id="read",
        task_type="llm_task",
        for_each="inputs.files",
        params={"operation": "analyze", "text": "${{ item.name }}\n${{ item.text }}"},
    )
    return Plan(name=name, inputs=inputs, steps=[reading, _answer("steps.read.results[{}].text", len(files), ["read"])])


def question_about(goal: str) -> Question | None:
    """What to ask first; None: the goal is about nothing that these rules know."""
    for subject, field, question in _OPEN:
        if subject.search(goal):
            return Question(field=field, question=question)
    return None


def _answer(text: str, files: int, needs: list[str]) -> Step:
    named = [f"${{{{ inputs.files[{at}].name }}}}:\n${{{{ {text.format(at)} }}}}" for at in range(files)]
    params = {"operation": "answer", "questions": ["${{ inputs.goal }}"], "text": "\n\n".join(named)}
    return Step(id="answer", task_type="llm_task", params=params, needs=needs, needs_review=True)
