"""The provider `litellm`: choose endpoints, ask them one after the other, and account for every attempt.

Cheap until a model is really asked: `ready` only reads settings and, when nothing is configured, looks for Ollama.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core.errors import NoModelError
from llmos_core.types.model import Quote
from llmos_core.types.money import ZERO
from llmos_std.providers.litellm.config import LitellmConfig
from llmos_std.providers.litellm.endpoints import Endpoint, endpoints, nothing_found
from llmos_std.providers.litellm.probing import Probe, probe_ollama

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from llmos_core.protocols.context import PluginContext
    from llmos_core.types.model import ModelReply, ModelRequest
    from llmos_std.providers.litellm.limiting import Limiter


def open_litellm(context: PluginContext) -> LitellmProvider:
    """Return the provider for a section `provider.litellm`."""
    return LitellmProvider(context)


class LitellmProvider:
    """Reaches language models through LiteLLM. `sleep` is injectable for tests."""

    def __init__(self, context: PluginContext, *, sleep: Callable[[float], Awaitable[None]] | None = None) -> None:
        self._context = context
        self._config: LitellmConfig = context.config if context.config is not None else LitellmConfig()
        self._sleep = sleep
        self._limiters: dict[str, Limiter] = {}

    def ready(self) -> str:
        """Return "" when some model may be asked, else what is missing and how to mend it."""
        return self.ready_for("")

    def ready_for(self, model: str) -> str:
        """Return "" when this model, or a fallback, may be asked, else what is missing and how to mend it."""
        return "" if self._usable(model) else self._problem(model)

    @property
    def is_configured(self) -> bool:
        """Whether the user has named a model; then no other provider may quietly take its place."""
        return bool(self._config.model)

    def chosen(self) -> str:
        """Return the full name of the model that would be asked first, "" when there is none."""
        return next((endpoint.model for endpoint in self._usable("")), "")

    def quote(self, request: ModelRequest) -> Quote:
        """Return an upper bound for one answer by the dearest of the models that may be asked; 0 when there is none."""
        usable = self._usable(request.model)
        if not usable:
            return Quote(cost_usd=ZERO)
        from llmos_std.providers.litellm.calling import quote

        return quote(request, usable)

    async def complete(self, request: ModelRequest, on_text: Callable[[str], None]) -> ModelReply:
        """Answer the request within its time limit, retries and fail-overs included.

        Raises ProviderError when every model failed, NoModelError when there is none to ask.
        """
        usable = self._usable(request.model)
        if not usable:
            raise NoModelError(self._problem(request.model))
        import asyncio

        from llmos_std.providers.litellm.calling import Call

        call = Call(
            request=request,
            endpoints=usable,
            limiters=self._limiters,
            clock=self._context.clock,
            new_id=self._context.new_id,
            sleep=self._sleep or asyncio.sleep,
        )
        return await call.reply(on_text)

    def _endpoints(self, wanted: str) -> tuple[Endpoint, ...]:
        return endpoints(self._config, self._context.environ, wanted, self._probe)

    def _probe(self) -> Probe:
        cache = self._context.paths.user_cache / "ollama.json"
        return probe_ollama(self._config.ollama_base, cache=cache, now=lambda: self._context.clock.now().timestamp())

    def _usable(self, wanted: str) -> tuple[Endpoint, ...]:
        return tuple(endpoint for endpoint in self._endpoints(wanted) if not endpoint.problem)

    def _problem(self, wanted: str) -> str:
        found = self._endpoints(wanted)
        return found[0].problem if found else nothing_found(self._config, self._probe())
