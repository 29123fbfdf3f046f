"""Has what there is by name be as a file says: all of it or nothing, and first what that would change."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from contracts.named_files import AppliedView, ChangeKind, FieldChange, HowToApply, NamedChange
from services.errors import BadInput

B = TypeVar("B")


async def apply_each(
    key: str,
    wanted: Mapping[str, B],
    there: Mapping[str, object | None],
    how: HowToApply,
    one: Callable[[str, B], Awaitable[NamedChange]],
    remove: Callable[[str], Awaitable[object]],
) -> AppliedView:
    """What changes, or would change. The caller commits, and nothing where it raises.

    Args:
        key: what the file has all of them below.
        there: what there is by name; None: this version cannot read it. Such a one is never pruned: no export had it.
        one: changes one of them, unless it is only asked what that would be.

    Raises:
        BadInput: ``errors`` names each with the field of the mistake.
    """
    left = sorted(set(there) - set(wanted))
    changes, errors = [], []
    for name, body in wanted.items():
        try:
            changes.append(await one(name, body))
        except BadInput as error:
            errors += [(f"{key}.{name}.{field}", said) for field, said in error.errors]
    if errors:
        raise BadInput("Nothing was changed: there are mistakes.", errors)
    unreadable = [name for name in left if there[name] is None]
    if how.prune:
        for name in sorted(set(left) - set(unreadable)):
            if not how.dry_run:
                await remove(name)
            changes.append(NamedChange(name=name, change=ChangeKind.DELETE))
        left = unreadable
    return AppliedView(done=not how.dry_run, changes=changes, left=left, unreadable=unreadable)


def change_of(name: str, *, is_new: bool, fields: list[FieldChange] | None) -> NamedChange:
    """``fields``: that differ; None: what it was before cannot be read."""
    kind = ChangeKind.CREATE if is_new else ChangeKind.NONE if fields == [] else ChangeKind.CHANGE
    return NamedChange(name=name, change=kind, fields=[] if is_new else fields or [])
