"""Params of the types of a folder: the session that opens one, and what reads and writes in it."""

from pydantic import ConfigDict, Field

from contracts.params.common import Params
from contracts.storable import Text

#: Of one file, so that a result can hold it.
LONGEST_TEXT = 100_000


class FolderParams(Params):
    """Open a session: a folder of its own on one worker, gone when the session is closed."""


class FolderFileParams(Params):
    """Write or read a text file in the folder of the session that the step runs in."""

    # A text keeps its line ends.
    model_config = ConfigDict(str_strip_whitespace=False)

    name: str = Field(
        pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.\-]{0,99}$", description="No folder: letters, digits, _, . and -"
    )
    text: Text | None = Field(default=None, max_length=LONGEST_TEXT, description="Left out: the file is read")
    append: bool = Field(default=False, description="Behind what is there, instead of in its place")
