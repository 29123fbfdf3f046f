"""Effects of the internal API: requests it acted on, and its answer to each Idempotency-Key."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Effect:
    """One call that took effect."""

    key: str | None
    method: str
    path: str
    payload: Any


class Effects:
    """All effects, oldest first."""

    def __init__(self) -> None:
        self._effects: list[Effect] = []
        self._by_key: dict[str, tuple[int, Effect]] = {}

    def take(self, effect: Effect) -> int | None:
        """The number of the effect: a new one, or that of its key; None if its key was another call's."""
        if effect.key in self._by_key:
            number, earlier = self._by_key[effect.key]
            return number if earlier == effect else None
        self._effects.append(effect)
        number = len(self._effects)
        if effect.key is not None:
            self._by_key[effect.key] = number, effect
        return number

    def listed(self) -> list[dict[str, Any]]:
        """The effects as JSON."""
        return [asdict(effect) for effect in self._effects]
