"""Limits and prices of the models, from the worker's environment."""

import contextlib
import math
from dataclasses import dataclass
from typing import Self

from activities.sources.environment import optional, required
from contracts.errors import CredentialsMissing
from contracts.model_name import PROVIDERS

#: Provider -> the variable that holds its key.
KEYS = {"offline": "", "openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY"}
#: Provider -> the variable that holds its address, and what holds without it.
_ADDRESSES = {
    "openai": ("OPENAI_BASE_URL", "https://api.openai.com/v1"),
    "anthropic": ("ANTHROPIC_BASE_URL", "https://api.anthropic.com"),
}


@dataclass(frozen=True)
class ModelSettings:
    """What holds for every provider."""

    #: Characters of material in one request.
    context_chars: int
    requests_per_minute: float
    timeout: float
    price_input: float | None
    price_output: float | None

    @classmethod
    def from_environment(cls) -> Self:
        """The settings of this process.

        Raises:
            CredentialsMissing: there is no such provider, it has no key, or a limit is no number that can be used.
        """
        _check_provider(optional("MODEL_PROVIDER", "offline"))
        return cls(
            context_chars=int(_number("MODEL_CONTEXT_CHARS", optional("MODEL_CONTEXT_CHARS", "60000"), 1_000)),
            requests_per_minute=_number("MODEL_REQUESTS_PER_MINUTE", optional("MODEL_REQUESTS_PER_MINUTE", "60"), 1),
            timeout=_number("MODEL_TIMEOUT_SECONDS", optional("MODEL_TIMEOUT_SECONDS", "120"), 0.1),
            price_input=_price("MODEL_PRICE_INPUT"),
            price_output=_price("MODEL_PRICE_OUTPUT"),
        )

    def addresses(self) -> tuple[str, ...]:
        """What has to be reachable."""
        named = _ADDRESSES.get(optional("MODEL_PROVIDER", "offline"))
        return (optional(*named),) if named else ()

    def usd(self, model: str, input_tokens: int, output_tokens: int) -> float | None:
        """What the tokens of one request cost; None if nobody said a price."""
        prices = _prices(model, self.price_input, self.price_output, input_tokens)
        return None if prices is None else round((input_tokens * prices[0] + output_tokens * prices[1]) / 1_000_000, 8)


def stated_prices(model: str, input_tokens: int) -> tuple[float, float] | None:
    """Dollars per million tokens of a model, in and out, of a request of so many; None if nobody said them.

    Raises:
        CredentialsMissing: a price is no number that can be used.
    """
    return _prices(model, _price("MODEL_PRICE_INPUT"), _price("MODEL_PRICE_OUTPUT"), input_tokens)


def _prices(
    model: str, price_input: float | None, price_output: float | None, input_tokens: int
) -> tuple[float, float] | None:
    if price_input is None or price_output is None:
        listed = _listed(model, input_tokens)
        price_input = listed[0] if price_input is None else price_input
        price_output = listed[1] if price_output is None else price_output
    return None if price_input is None or price_output is None else (price_input, price_output)


def _listed(model: str, input_tokens: int) -> tuple[float | None, float | None]:
    """The list prices that genai-prices knows, of a provider that we ask; it is loaded only where they are needed.

    Of some models all tokens of a request are dearer, up to twice, if there are some hundred thousand of them.
    """
    from genai_prices import Usage, calc_price

    read = max(input_tokens, 1)
    for provider in PROVIDERS:
        with contextlib.suppress(LookupError):
            price = calc_price(Usage(input_tokens=read, output_tokens=1_000), model, provider_id=provider)
            return float(price.input_price * 1_000_000 / read), float(price.output_price * 1_000)
    return None, None


def _check_provider(provider: str) -> None:
    if provider not in KEYS:
        raise CredentialsMissing(f"MODEL_PROVIDER on this worker must be one of {', '.join(KEYS)}.")
    if variable := KEYS[provider]:
        required(variable, f"MODEL_PROVIDER={provider}")


def _price(variable: str) -> float | None:
    value = optional(variable, "")
    return _number(variable, value, 0) if value else None


def _number(variable: str, value: str, least: float) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or number < least:
        raise CredentialsMissing(f"{variable} on this worker must be a number of at least {least:g}.")
    return number
