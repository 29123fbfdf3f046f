"""Proposes another wording for a sentence with open questions: to read, to touch, to send."""

from chat.telegram.texts import safe
from contracts.tasks.plain_language import MOST_CHARACTERS, Suggestion


def did_you_mean(suggestion: Suggestion) -> list[str]:
    """Lines of HTML. The text stands in one piece, so that a touch copies it; sent, it is read like any other."""
    tasks = ", ".join(f"{each.task_type} {each.params.get('ticker', '')}".strip() for each in suggestion.tasks[:10])
    said = [f"Did you mean: <code>{safe(suggestion.text, MOST_CHARACTERS)}</code>"]
    said += [f'"{safe(each.text)}" is read as ${safe(each.ticker)}.' for each in suggestion.names]
    if suggestion.added:
        said.append(f"Not in your words: {safe(', '.join(suggestion.added), 500)}.")
    said.append(f"It would become: {safe(tasks, 500)}. Send it if that is right.")
    return [*said, f"(Proposed by {safe(suggestion.by)}.)"]
