"""Tokens and their price in decimal dollars, from the user's own prices or LiteLLM's offline list.

An unknown price is None, never 0. Reported usage is believed only when it is a count; else it is estimated.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from llmos_core.types.money import ZERO
from llmos_core.types.record import Record
from llmos_core.types.transcript import Usage
from llmos_std.providers.litellm.answers import Answer
from llmos_std.providers.litellm.endpoints import Endpoint

_MILLION = Decimal(1_000_000)
_STEP = Decimal("1e-12")
_CHARS_PER_TOKEN = 4
_PRICES = {"input_cost_per_token", "output_cost_per_token"}

_MOST_TOKENS = 10**12
"""A report of more for one answer is not true; no arithmetic is done with it."""


def estimated_tokens(characters: int) -> int:
    """Return about how many tokens so many characters are, rounded up: four characters each."""
    return -(-characters // _CHARS_PER_TOKEN)


def most_tokens(text: str) -> int:
    """Return at least as many tokens as any tokenizer makes of the text: none is shorter than a byte."""
    return len(text.encode("utf-8", "replace"))


class Tokens(Record):
    """The tokens that were sent for one answer and received with it.

    `details` is the vendor's own object (cached tokens …), None when estimated.
    """

    sent: int
    received: int
    details: Any = None


def tokens_of(answer: Answer, sent_characters: int) -> Tokens:
    """Return the tokens of an answer as reported, or estimated from its length when the report is missing or absurd."""
    sent, received = _count(answer.usage, "prompt_tokens"), _count(answer.usage, "completion_tokens")
    if sent is not None and received is not None and sent + received > 0:
        return Tokens(sent=sent, received=received, details=answer.usage)
    written = len(answer.text) + sum(len(call.tool) + len(call.arguments) for call in answer.calls)
    return Tokens(sent=sent or estimated_tokens(sent_characters), received=received or estimated_tokens(written))


def _count(usage: Any, name: str) -> int | None:
    value = getattr(usage, name, None)
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_TOKENS
    return value if is_count else None


def cost_usd(litellm: Any, endpoint: Endpoint, tokens: Tokens) -> Decimal | None:
    """Return what the tokens cost at this endpoint, None when no price is known."""
    own = endpoint.settings
    if own.input_usd_per_mtok is not None and own.output_usd_per_mtok is not None:
        return (tokens.sent * own.input_usd_per_mtok + tokens.received * own.output_usd_per_mtok) / _MILLION
    return ZERO if endpoint.is_local else _listed_cost(litellm, endpoint.model, tokens)


def _listed_cost(litellm: Any, model: str, tokens: Tokens) -> Decimal | None:
    """Return the cost by LiteLLM's list. It writes and computes 0 where it knows no price, so 0 counts as unknown."""
    reported = {} if tokens.details is None else {"usage_object": tokens.details}
    try:
        entry = litellm.model_cost[litellm.get_model_info(model=model)["key"]]
        if not (entry.keys() >= _PRICES or "tiered_pricing" in entry):
            return None
        parts = litellm.cost_per_token(
            model=model, prompt_tokens=tokens.sent, completion_tokens=tokens.received, **reported
        )
        amount = sum((Decimal(str(part)) for part in parts), ZERO)
    except Exception:  # noqa: BLE001 – the list raises bare Exceptions for models it does not know
        return None
    return amount.quantize(_STEP, ROUND_HALF_UP) if amount.is_finite() and amount > 0 else None


class Bill:
    """Adds up what all attempts of one call consumed, also those that broke off."""

    def __init__(self) -> None:
        self.attempts = 0
        self._sent = 0
        self._received = 0
        self._cost_usd: Decimal | None = ZERO

    def add(self, tokens: Tokens, cost: Decimal | None) -> None:
        """Take the consumption of one attempt."""
        self._sent += tokens.sent
        self._received += tokens.received
        self._cost_usd = None if self._cost_usd is None or cost is None else self._cost_usd + cost

    def usage(self, model: str) -> Usage:
        """Return the sum, under the name of the model that answered or was asked last."""
        return Usage(
            model=model,
            input_tokens=self._sent,
            output_tokens=self._received,
            cost_usd=self._cost_usd,
            attempts=max(1, self.attempts),
        )
