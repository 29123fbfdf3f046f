"""`?workspace=` of routes: which of several things with one name is meant, or of which workspace a list is."""

from typing import Annotated

from fastapi import Query

from contracts.workspaces.names import WorkspaceName

OfWorkspace = Annotated[WorkspaceName | None, Query(description="Only what belongs to it")]
ItsWorkspace = Annotated[
    WorkspaceName | None, Query(description="Of several with this name; else that of the default one")
]
