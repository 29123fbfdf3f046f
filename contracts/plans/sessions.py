"""The answer to a worker that opens a session."""

from pydantic import Field

from contracts.views import View


class OpenedSessionView(View):
    """How a session is shared, and how often it was opened."""

    size: int = Field(description="Most tasks in it at once")
    generation: int = Field(description="1 for the first time")
