"""The names of workspaces, and the one that everything belongs to unless said otherwise."""

from typing import Annotated, Final

from pydantic import Field

#: It has no row, no quota and no members: whoever has never heard of workspaces works here.
DEFAULT: Final = "default"
NAME: Final = r"^[a-z0-9][a-z0-9_\-]{0,49}$"

WorkspaceName = Annotated[str, Field(pattern=NAME, description="Lower-case letters, digits, - and _")]
#: In a body that is stored or hashed: without it, what was written before there were workspaces says the same.
Workspace = Annotated[
    str,
    Field(
        pattern=NAME,
        exclude_if=lambda value: value == DEFAULT,
        description="The workspace that it belongs to; what follows from it belongs there, too",
        examples=["research"],
    ),
]


_SHARE: Final = "workspace:"


def share(workspace: str, owner: str) -> str:
    """Whose turns at a queue are counted together: a workspace's own; in the default one, those of each submitter."""
    return owner if workspace == DEFAULT else f"{_SHARE}{workspace}"


def workspace_of_share(key: str) -> str | None:
    """The workspace whose turns are counted under this key; None: it is no key at all."""
    return (key.removeprefix(_SHARE) if key.startswith(_SHARE) else DEFAULT) if key else None
