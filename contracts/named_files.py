"""Files that say by name what there shall be (schedules, triggers): read, and compared with what there is."""

import json
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

import yaml
from pydantic import Field, ValidationError

from contracts.mistakes import in_words
from contracts.plans.documents import PlainLoader, UnreadablePlan, plain_value
from contracts.requests import Body
from contracts.views import View

File = TypeVar("File", bound=Body)
#: Of one file, which is one transaction: a thousand took longer than a caller is kept waiting for the database.
MOST = 200


class HowToApply(Body):
    """Beside a file."""

    prune: bool = Field(default=False, description="Delete those that are not in it, but for what cannot be read")
    dry_run: bool = Field(default=False, description="Only say what would be changed")


class ChangeKind(StrEnum):
    CREATE = "create"
    CHANGE = "change"
    DELETE = "delete"
    NONE = "none"


class FieldChange(View):
    """``was`` and ``becomes``: None where there is nothing."""

    field: str
    was: Any = None
    becomes: Any = None


class NamedChange(View):
    name: str
    change: ChangeKind
    fields: list[FieldChange] = Field(default_factory=list)


class AppliedView(View):
    """``left``: those that are not in the file and stay. ``unreadable``: of these, what a file cannot have, as another
    version wrote it; nothing prunes it. ``done``: it was not only asked what would be changed.
    """

    done: bool
    changes: list[NamedChange]
    left: list[str]
    unreadable: list[str] = Field(default_factory=list)


class BadFile(ValueError):
    """The file cannot be used; the text has a sentence with its line for each mistake."""


def read_file(text: str, key: str, model: type[File], fields: Mapping[str, Any]) -> File:
    """A file that says all below this one key.

    Args:
        fields: that each of what it names may have.

    Raises:
        BadFile.
    """
    try:
        node, given = yaml.compose(text, PlainLoader), plain_value(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise BadFile(f"This is not YAML{f' in line {mark.line + 1}' if mark else ''}.") from None
    except UnreadablePlan as error:
        raise BadFile(str(error)) from None
    if not isinstance(given, dict) or set(given) != {key}:
        raise BadFile(f"The file must have '{key}:' and nothing else, with a name for each below it.")
    try:
        return model.model_validate(given)
    except ValidationError as error:
        mistakes = [(each["loc"], in_words(each, fields)) for each in error.errors()]
        raise BadFile("\n".join(_sentence(node, loc, said) for loc, said in mistakes)) from None


def told_with_lines(text: str, mistakes: Sequence[tuple[str, str]]) -> str:
    """What a server said of fields of the file, with the lines where they stand."""
    node = yaml.compose(text, PlainLoader)
    return "\n".join(_sentence(node, tuple(field.split(".")), said) for field, said in mistakes)


def _sentence(node: yaml.Node | None, loc: Sequence[int | str], said: str) -> str:
    where = ".".join(str(part) for part in loc[1:] if part != "[key]")
    return f"Line {_line(node, loc)}, {where}: {said}{'' if said.endswith(('.', '?')) else '.'}"


def _line(node: yaml.Node | None, loc: Sequence[int | str]) -> int:
    """Of the innermost part that the file has."""
    line = node.start_mark.line if node else 0
    for part in loc:
        found = next((each for each in _children(node) if each[0] == str(part)), None)
        if found is None:
            break
        line, node = found[1].start_mark.line, found[2]
    return line + 1


def _children(node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
    """(name or place, where that stands, the value). A step of a plan by its id, too."""
    if isinstance(node, yaml.MappingNode):
        yield from ((str(key.value), key, value) for key, value in node.value)
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            yield from ((name, value, value) for name in (str(place), *_id_of(value)))


def _id_of(node: yaml.Node) -> list[str]:
    if not isinstance(node, yaml.MappingNode):
        return []
    return [value.value for key, value in node.value if key.value == "id" and isinstance(value, yaml.ScalarNode)]


def differences(was: Mapping[str, Any], becomes: Mapping[str, Any]) -> list[FieldChange]:
    """Field by field, with dots; none only where both are the same as JSON."""
    before, after = dict(_flat(dict(was))), dict(_flat(dict(becomes)))
    return [
        FieldChange(field=".".join(path), was=before.get(path), becomes=after.get(path))
        for path in sorted(before.keys() | after.keys())
        if _as_json(before, path) != _as_json(after, path)
    ]


def _as_json(values: Mapping[tuple[str, ...], Any], path: tuple[str, ...]) -> str | None:
    """To Python 1 and True are the same; None: there is nothing, not even null."""
    return json.dumps(values[path], sort_keys=True) if path in values else None


def _flat(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict) and (value or not path):
        for name, each in value.items():
            yield from _flat(each, (*path, str(name)))
    else:
        yield path, value
