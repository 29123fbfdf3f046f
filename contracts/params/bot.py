"""Params of the task type whose work is known to bots only."""

from pydantic import ConfigDict

from contracts.params.common import Params


class BotTaskParams(Params):
    """Have a bot do what it alone understands: it gets the params as they are."""

    # The one exception: nobody but the bot knows which fields there are.
    model_config = ConfigDict(extra="allow", str_strip_whitespace=False)
