"""What `clawdbot add` and `clawdbot tasks parse` show: what was understood, and another wording if one is proposed."""

from collections.abc import Iterator

from cli.listing import listing
from cli.output import say, screen
from cli.text import one_line, plain, safe
from contracts.tasks.plain_language import ParsedText, ProposedFollowUp, ProposedTask, ReadText, Suggestion
from contracts.tasks.priority import label_of

_LONGEST = 500
#: A sentence is shown whole: somebody may send it.
_LONGEST_SENTENCE = 1_000


def show(parsed: ReadText) -> None:
    """All of it; what is open comes last."""
    if parsed.understood:
        table = listing("UNDERSTOOD", "AS", "FROM", wraps=("AS", "FROM"))
        for each in parsed.understood:
            value = label_of(each.value) if each.field == "priority" else plain(each.value)
            table.add_row(safe(each.field), value, one_line(each.text))
        screen().print(table)
    if parsed.notable:
        say(f"Ignored: {one_line(', '.join(parsed.notable), _LONGEST)}")
    for line in (*_lines(parsed.tasks, parsed.timezone), *questions(parsed)):
        say(line)
    if parsed.suggestion:
        for line in did_you_mean(parsed.suggestion, parsed.timezone):
            say(line)
    elif parsed.suggestion_note:
        say(one_line(parsed.suggestion_note, _LONGEST))


def questions(parsed: ParsedText) -> list[str]:
    """Each with the sentences that answer it, one a line."""
    lines = []
    for each in parsed.questions:
        lines.append(one_line(each.question, _LONGEST))
        lines += [f"  {one_line(answer, _LONGEST_SENTENCE)}" for answer in each.answers]
    return lines


def did_you_mean(suggestion: Suggestion, timezone: str) -> list[str]:
    """The other wording, whose it is, what is new in it, and what it would become."""
    said = [f"Did you mean: {one_line(suggestion.text, _LONGEST_SENTENCE)}"]
    said.append(f"(proposed by {one_line(suggestion.by)}; nothing comes of it unless you say so)")
    said += [f'"{one_line(each.text)}" is read as ${safe(each.ticker)}' for each in suggestion.names]
    if suggestion.added:
        said.append(f"Not in your words: {one_line(', '.join(suggestion.added), _LONGEST)}")
    return [*said, *_lines(suggestion.tasks, timezone)]


def _lines(tasks: list[ProposedTask], timezone: str) -> Iterator[str]:
    for task in tasks:
        start = f", starts {task.run_at:%Y-%m-%d %H:%M} ({safe(timezone)})" if task.run_at else ""
        yield f"→ {_work(task)}, priority {label_of(task.priority)}{start}{_then(task)}"


def _then(task: ProposedTask | ProposedFollowUp) -> str:
    return "".join(f"; then {_work(each)}{_then(each)}" for each in task.follow_ups)


def _work(task: ProposedTask | ProposedFollowUp) -> str:
    return f"{safe(task.task_type)} ({one_line(plain(task.params), _LONGEST)})"
