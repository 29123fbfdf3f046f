"""A model that a process asks so many times an hour at most, for one purpose."""

import logging

from aiolimiter import AsyncLimiter

from llm.asking import AskedModel, NoAnswer

_HOUR = 3_600

log = logging.getLogger(__name__)


class HourlyModel:
    """Lets whoever asks it through, or says why not and what to do instead."""

    def __init__(self, model: AskedModel, per_hour: int, *, without: str, counted: str, instead: str) -> None:
        """Parts of sentences: what goes on ``without`` it, what is ``counted``, and what to do ``instead``."""
        self.model = model
        self._limiter = AsyncLimiter(per_hour, _HOUR)
        self._without = without
        self._used_up = f"{model.name} may be asked {counted} an hour, and was. {instead}"

    def warm_up(self) -> None:
        """Have the library loaded before somebody waits; says in the log if the model cannot be asked."""
        if obstacle := self.model.obstacle():
            log.warning("%s: %s", self._without, obstacle)
        self.model.warm_up()

    async def take_turn(self) -> None:
        """Count one question.

        Raises:
            NoAnswer: it may not be asked now.
        """
        if obstacle := self.model.obstacle():
            raise NoAnswer(obstacle)
        if not self._limiter.has_capacity():
            raise NoAnswer(self._used_up)
        await self._limiter.acquire()
