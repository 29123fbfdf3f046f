"""What people type who know other tools, and what it is called here. Asked only once a line was refused."""

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

#: Words that mean the same, or near enough to name the other.
_SAME = tuple(
    each.split()
    for each in (
        "list ls all index",
        "show get describe info view inspect details status cat logs log",
        "watch follow tail logs log",
        "add create new submit make register invite enqueue run",
        "delete remove rm del destroy drop retire revoke",
        "cancel stop kill abort terminate",
        "retry rerun restart redo repeat again",
        "run start fire exec now",
        "pause disable stop suspend hold off",
        "resume enable start unpause continue on",
        "change set edit update modify limits role",
        "export save download dump backup",
        "test try check validate",
    )
)
#: By the command line that was typed, without what is not understood of it.
_NOW = {
    f"clawdbot {verb}": f"It is `clawdbot capabilities {verb} NAME{why}` or `clawdbot workers {verb} NAME{why}`."
    for verb, why in (("pause", " --reason WHY"), ("resume", ""))
}
_BULK = ("cancel", "retry", "reprioritise", "delete")
#: Options of other tools.
_OPTIONS = {
    **dict.fromkeys(("o", "output", "format"), "json"),
    **dict.fromkeys(("n", "count", "number", "lines", "max", "tail", "top"), "limit"),
    **dict.fromkeys(("force", "y", "confirm", "assume-yes"), "yes"),
    **dict.fromkeys(("follow", "f", "w"), "watch"),
}
_A_TICKER = re.compile(r"[A-Z]{1,5}")


def same(name: str, commands: Iterable[str]) -> list[str]:
    """Those of the commands that are another word for this one."""
    there = list(commands)
    words = [each for family in _SAME if name in family for each in family]
    return [each for each in dict.fromkeys(words) if each in there]


def advice(error: Any) -> str:
    """What is meant by a line that Typer refused; empty where nobody knows."""
    context = getattr(error, "ctx", None)
    if context is None:
        return ""
    if told := _NOW.get(context.command_path):
        return told
    said = str(error.format_message())
    if found := re.match(r"No such command '(?P<name>[^']*)'", said):
        return _command(found["name"], context)
    if option := getattr(error, "option_name", None):
        return _option(str(option), context) if said.startswith("No such option") else ""
    if found := re.match(r"Got unexpected extra arguments? ?\(?s?\)? ?\((?P<words>.*)\)", said):
        return _extra(found["words"].split(), context)
    return ""


def _command(name: str, context: Any) -> str:
    path, commands = context.command_path, list(context.command.commands)
    top = getattr(context.find_root().command, "commands", {})
    instead = [f"`{path} {each}`" for each in same(name, commands)[:3]]
    # A worker is started by the machine that works.
    if name in top and (not instead or (name, path.split()[-1].removesuffix("s")) == ("start", "worker")):
        instead.append(f"`clawdbot {name}`")
    if instead:
        return f"It is {' or '.join(instead)}."
    is_a_verb = any(name in each for each in _SAME)
    one = f" One of them is shown by `{path} show {shlex.quote(name)}`." if "show" in commands and not is_a_verb else ""
    return f"Behind `{path}` stands one of {', '.join(commands)}.{one}"


def _option(option: str, context: Any) -> str:
    name = option.lstrip("-").partition("=")[0]
    command, path = context.command, context.command_path
    options = _options_of(command)
    siblings = getattr(context.parent.command, "commands", {}) if context.parent else {}
    if name == "all" and path.startswith("clawdbot tasks ") and path.split()[-1] in _BULK:
        return f"Many at once: `clawdbot tasks bulk {path.split()[-1]}`, with a filter such as --status running."
    if any(name in re.findall("[a-z]+", each.lower()) for each in _arguments_of(command)):
        return f"It is said without {option}: `{path} {' '.join(_arguments_of(command))}`."
    if told := _value(name, command):
        return told
    if _OPTIONS.get(name) in options:
        return f"It is --{_OPTIONS[name]}."
    if name in siblings and name != path.split()[-1]:
        return f"There is `{context.parent.command_path} {name}`."
    if any("=" in each for each in _arguments_of(command)):
        return f"A param is written without dashes: {name}=…"
    if len(name) == 1 and (near := [f"--{each}" for each in options if each.startswith(name)]):
        return f"There is {', '.join(near)}."
    return ""


def _extra(words: list[str], context: Any) -> str:
    if same("list", words[:1]):
        return f"It is `{context.command_path}` alone."
    for word in words[:1]:
        if told := _value(word, context.command):
            return told
        if _A_TICKER.fullmatch(word) and "ticker" in _options_of(context.command):
            return f"It is --ticker {word}."
    return "What has spaces in it stands in quotes." if len(words) > 1 else ""


def _value(word: str, command: Any) -> str:
    """For the value of an option that was said without the option, or as one."""
    for option, values in _choices_of(command):
        if word in values:
            return f"It is {option} {word}."
    return ""


def _choices_of(command: Any) -> Iterator[tuple[str, list[str]]]:
    for each in command.params:
        values = getattr(getattr(each, "type_descriptor", None), "choices", None)
        if values and each.param_type_name == "option":
            yield each.opts[0], [str(getattr(value, "value", value)) for value in values]


def _arguments_of(command: Any) -> list[str]:
    found = (each for each in command.params if each.param_type_name == "argument")
    return [str(each.metavar or each.name.upper()) for each in found]


def _options_of(command: Any) -> Mapping[str, Any]:
    return {each.lstrip("-"): param for param in command.params for each in param.opts if each.startswith("--")}
