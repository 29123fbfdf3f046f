"""Request bodies about people, keys and invitations."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator

from contracts.requests import Body
from contracts.storable import Text
from contracts.workspaces.names import WorkspaceName

#: Of a person and of a worker. The length is said beside the pattern: counted there, each use of it in a model took
#: 2.7 MB of memory, because the letters of all alphabets were written out a hundred times (*measured*).
PersonName = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[\w.@\-]+$")]
WorkerName = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[\w .\-]+$")]
_DAY = 86_400
_TEN_YEARS = 3_650 * _DAY

RoleName = Literal["admin", "operator", "viewer"]
#: Of a new password, in characters.
SHORTEST_PASSWORD = 8
#: Hashing takes time and memory: a book is no password.
LONGEST_PASSWORD = 1_024
NewPassword = Annotated[SecretStr, Field(min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD)]
Capabilities = Annotated[list[str], Field(min_length=1, max_length=100)]
Concurrency = Annotated[int, Field(ge=1, le=1_000, description="Tasks at once")]


def _each_once(workspaces: list[str] | None) -> list[str] | None:
    return None if workspaces is None else list(dict.fromkeys(workspaces))


Serves = Annotated[
    list[WorkspaceName] | None,
    Field(
        min_length=1,
        max_length=100,
        description="The workspaces that the worker serves, `default` among them if it is one; null: all",
    ),
    AfterValidator(_each_once),
]
KeySeconds = Annotated[int | None, Field(ge=60, le=_TEN_YEARS, description="Seconds until the key ends; null: never")]


class NewUser(Body):
    name: PersonName = Field(examples=["anna"])
    role: RoleName
    password: NewPassword


class UserChange(Body):
    """Fields left out stay as they are."""

    role: RoleName | None = None
    disabled: bool | None = None


class PasswordReset(Body):
    password: NewPassword


class PasswordChange(Body):
    old_password: Annotated[SecretStr, Field(max_length=LONGEST_PASSWORD)]
    new_password: NewPassword


class NewKey(Body):
    """A key for a person, with their role, or for a service such as the agent. Workers get theirs by registering."""

    kind: Literal["user", "agent"]
    user: Text | None = Field(default=None, max_length=100, description="Whose key it is, for the kind 'user'")
    label: Text = Field(min_length=1, max_length=100, description="What it is for", examples=["nightly export"])
    expires_in: KeySeconds = None

    @model_validator(mode="after")
    def _owner_fits(self) -> Self:
        if (self.kind == "user") != (self.user is not None):
            raise ValueError("give 'user' for a key of the kind 'user', and only then")
        return self


class Rotation(Body):
    grace_seconds: int = Field(default=600, ge=0, le=7 * _DAY, description="How long the old key stays valid")


class NewInvitation(Body):
    capabilities: Capabilities
    max_concurrency: Concurrency = 2
    serves: Serves = None
    name: WorkerName | None = Field(default=None, description="Name of the worker; default: the machine chooses")
    expires_in: int = Field(default=3_600, ge=60, le=7 * _DAY, description="Seconds until the code ends")
    key_expires_in: KeySeconds = None


class Join(Body):
    code: Text = Field(max_length=100, examples=["7KQ2-M0XR-9TDV"])
    name: WorkerName | None = Field(default=None, description="Name of the worker, if the invitation names none")


class WorkerChange(Body):
    """Fields left out stay as they are."""

    name: WorkerName | None = None
    capabilities: Capabilities | None = None
    max_concurrency: Concurrency | None = None
    #: Null, where it is said, is no field that is left out: it serves all from then on.
    serves: Serves = None


class Login(Body):
    username: Text
    password: Text


class SignIn(Body):
    """Name and password, or a code from `clawdbot open`."""

    username: Text | None = None
    password: Text | None = None
    code: Text | None = Field(default=None, max_length=100)

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        by_password = self.username is not None and self.password is not None
        if by_password == (self.code is not None) or (self.username is None) != (self.password is None):
            raise ValueError("give 'username' and 'password', or 'code'")
        return self
