"""Workspaces with people in them, each with a key."""

import uuid
from typing import Any

from db.people.first_people import ensure_user, user_key
from services.people.passwords import hash_password
from tests.stack.people import in_database
from tests.support.facade import Api, Facade

#: Closed with the module (conftest.py).
OPENED: list[Api] = []


def make_workspace(api: Api, **limits: Any) -> str:
    name = f"team-{uuid.uuid4().hex[:8]}"
    api.http.put(f"/workspaces/{name}", json=limits).raise_for_status()
    return name


def make_person(stack: Facade, role: str = "operator") -> tuple[str, Api]:
    """The id of somebody new who sees everything, and the API with their key."""
    name = f"{role}-{uuid.uuid4().hex[:8]}"
    password = hash_password("correct horse battery staple")

    async def make(connection: Any) -> tuple[str, str]:
        id_, _ = await ensure_user(connection, name, role, password)
        return str(id_), await user_key(connection, id_, "tests")

    id_, key = in_database(stack, make)
    OPENED.append(Api(stack.api_url, key))
    return id_, OPENED[-1]


def make_member(stack: Facade, workspaces: dict[str, str], role: str = "operator") -> Api:
    """Somebody who belongs to these workspaces, with a role in each."""
    id_, theirs = make_person(stack, role)
    for name, role_there in workspaces.items():
        stack.api.http.put(f"/workspaces/{name}/members/{id_}", json={"role": role_there}).raise_for_status()
    return theirs
