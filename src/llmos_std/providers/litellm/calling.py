"""One model call from request to reply: limits, attempts, fail-over, and the bill for all of it.

Every wait ends before the request's deadline. A model that has others behind it leaves them some of the time.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import attrs

from llmos_core.errors import ProviderError
from llmos_core.protocols.context import Clock
from llmos_core.types.model import ModelReply, ModelRequest, Quote
from llmos_core.types.record import evolve
from llmos_std.providers.litellm.answers import Answer, Speaker
from llmos_std.providers.litellm.endpoints import Endpoint
from llmos_std.providers.litellm.engine import ask, load_litellm
from llmos_std.providers.litellm.failures import CallFailureError, failure_from, headers_of, said_by
from llmos_std.providers.litellm.limiting import Limiter
from llmos_std.providers.litellm.pricing import (
    Bill,
    Tokens,
    cost_usd,
    estimated_tokens,
    most_tokens,
    tokens_of,
)
from llmos_std.providers.litellm.retrying import retry_after_s, with_retries
from llmos_std.providers.litellm.translation import reply_from, wire_messages, wire_tools

_LEFT_FOR_OTHERS_S = 20.0
_LEFT_FOR_OTHERS = 0.25


def quote(request: ModelRequest, endpoints: Iterable[Endpoint]) -> Quote:
    """Return an upper bound for one answer by the dearest endpoint; its price is None when any of them is unknown."""
    litellm = load_litellm()
    bounds = []
    for endpoint in endpoints:
        received = endpoint.settings.max_tokens if request.max_tokens is None else request.max_tokens
        tokens = Tokens(sent=most_tokens(_sent_text(request, endpoint)), received=received)
        bounds.append((cost_usd(litellm, endpoint, tokens), tokens.sent + tokens.received, endpoint.model))
    costs = [cost for cost, _, _ in bounds]
    known = [cost for cost in costs if cost is not None]
    worst = max(known) if len(known) == len(costs) else None
    return Quote(cost_usd=worst, tokens=max(tokens for _, tokens, _ in bounds), model=bounds[0][2])


def _sent_text(request: ModelRequest, endpoint: Endpoint) -> str:
    sent: list[Any] = [wire_messages(request, endpoint.settings), wire_tools(request.tools)]
    if request.json_schema is not None:
        sent.append(dict(request.json_schema))
    return json.dumps(sent, ensure_ascii=False)


@attrs.define(kw_only=True)
class Call:
    """One request on its way through the endpoints. Used once."""

    request: ModelRequest
    endpoints: tuple[Endpoint, ...]
    limiters: dict[str, Limiter]
    clock: Clock
    new_id: Callable[[], str]
    sleep: Callable[[float], Awaitable[None]]
    _bill: Bill = attrs.field(factory=Bill, init=False)
    _deadline: float = attrs.field(default=0.0, init=False)
    _is_bill_certain: bool = attrs.field(default=True, init=False)
    _may_stream: bool = attrs.field(default=True, init=False)

    async def reply(self, on_text: Callable[[str], None]) -> ModelReply:
        """Return the first reply that an endpoint gives; raises ProviderError naming what each of them did."""
        self._deadline = self.clock.monotonic() + self.request.timeout_s
        speaker = Speaker(on_text)
        failures: list[CallFailureError] = []
        for position, endpoint in enumerate(self.endpoints):
            others = len(self.endpoints) - position - 1
            try:
                answer = await self._asked(endpoint, speaker, others)
            except CallFailureError as failure:
                failures.append(failure)
                continue
            usage = self._bill.usage(endpoint.model)
            return reply_from(answer, usage=usage, request=self.request, new_id=self.new_id)
        raise self._error(failures) from None

    def _error(self, failures: list[CallFailureError]) -> ProviderError:
        return ProviderError(
            "; then ".join(str(failure) for failure in failures),
            status=failures[-1].status,
            retryable=any(failure.is_retryable for failure in failures),
            usage=self._bill.usage(self.endpoints[0].model) if self._is_bill_certain else None,
        )

    async def _asked(self, endpoint: Endpoint, speaker: Speaker, others: int) -> Answer:
        """Ask one endpoint, again where that may help, and leave time for `others`."""
        left = self._deadline - self.clock.monotonic()
        until = self._deadline - others * min(_LEFT_FOR_OTHERS_S, left * _LEFT_FOR_OTHERS)
        begun = self._bill.attempts

        def left_s() -> float:
            return until - self.clock.monotonic()

        async def attempt() -> Answer:
            return await self._attempt(endpoint, speaker, left_s())

        settings = endpoint.settings
        try:
            return await with_retries(
                attempt, retries=settings.retries, delay_s=settings.retry_delay_s, left_s=left_s, sleep=self.sleep
            )
        except CallFailureError as failure:
            attempts = self._bill.attempts - begun
            failure.args = (f"{failure} (after {attempts} attempts)" if attempts > 1 else str(failure),)
            raise

    async def _attempt(self, endpoint: Endpoint, speaker: Speaker, left_s: float) -> Answer:
        """Send the request once, when the limits have room for it, and book what it consumed."""
        characters = len(_sent_text(self.request, endpoint))
        entry = await self._limiter(endpoint).enter(estimated_tokens(characters), within_s=max(0.0, left_s))
        if entry is None:
            finding = "its limit of requests or tokens per minute is used up; raise rpm or tpm, or wait"
            raise said_by(endpoint, finding, is_free=True)
        self._bill.attempts += 1
        try:
            answer = await self._sent(endpoint, speaker, left_s)
        except CallFailureError as failure:
            if (
                failure.status is None
            ):  # it broke on the way; some servers answer a stream they cannot give in one piece
                self._may_stream = False
            self._book_failure(failure, endpoint, speaker, characters)
            raise
        tokens = tokens_of(answer, characters)
        entry.tokens = tokens.sent + tokens.received
        self._bill.add(tokens, cost_usd(load_litellm(), endpoint, tokens))
        if answer.is_empty:
            raise said_by(endpoint, "the model answered with nothing; ask again or another model", is_retryable=True)
        return answer

    async def _sent(self, endpoint: Endpoint, speaker: Speaker, left_s: float) -> Answer:
        """Send the request; a whole answer, or each piece of a streamed one, must come within `timeout_s`."""
        silence_s = endpoint.settings.timeout_s
        timeout_s = max(0.001, min(silence_s, left_s))
        now = asyncio.get_running_loop().time
        end = now() + left_s
        try:
            load_litellm()  # the first import takes seconds, in which no server is silent
            async with asyncio.timeout_at(min(now() + timeout_s, end)) as limit:
                return await ask(
                    endpoint,
                    evolve(self.request, stream=self.request.stream and self._may_stream),
                    timeout_s=silence_s,
                    speaker=speaker,
                    on_piece=lambda: limit.reschedule(min(now() + silence_s, end)),
                )
        except CallFailureError:
            raise
        except TimeoutError:
            finding = f"nothing came for {timeout_s:.3g} s; raise timeout_s or add fallbacks"
            raise said_by(endpoint, finding, is_retryable=True) from None
        except Exception as error:  # noqa: BLE001 – LiteLLM raises whatever its vendors' libraries raise
            wait_s = retry_after_s(headers_of(error), self.clock.now())
            raise failure_from(error, endpoint, wait_s=wait_s) from None

    def _book_failure(self, failure: CallFailureError, endpoint: Endpoint, speaker: Speaker, characters: int) -> None:
        """Book an attempt that may be billed although it failed: what was sent, and what had arrived."""
        if failure.is_free:
            return
        self._is_bill_certain = self._is_bill_certain and speaker.received is not None
        tokens = Tokens(sent=estimated_tokens(characters), received=estimated_tokens(speaker.received or 0))
        self._bill.add(tokens, cost_usd(load_litellm(), endpoint, tokens))

    def _limiter(self, endpoint: Endpoint) -> Limiter:
        if endpoint.model not in self.limiters:
            settings = endpoint.settings
            self.limiters[endpoint.model] = Limiter(
                rpm=settings.rpm, tpm=settings.tpm, monotonic=self.clock.monotonic, sleep=self.sleep
            )
        return self.limiters[endpoint.model]
