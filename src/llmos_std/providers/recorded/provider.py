"""Play back what was recorded, and record what another provider answers.

A played-back answer costs nothing and is labelled `recorded:MODEL`; what it once cost stays visible beside it. What was
not recorded is never answered by guessing.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from llmos_core import aio
from llmos_core.errors import NoModelError, PluginError, ProviderError, StorageError
from llmos_core.types.model import Quote
from llmos_core.types.money import ZERO
from llmos_core.types.record import evolve
from llmos_core.types.transcript import Usage
from llmos_std.providers.exchanging import reply_from, reply_json, request_json
from llmos_std.providers.recorded.file import Exchange, Recording, key_of
from llmos_std.providers.recorded.secrets import Secrets, known_secrets

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from llmos_core.protocols.context import PluginContext
    from llmos_core.types.model import ModelReply, ModelRequest

_NAME = "recorded"
_FREE = Usage(model=_NAME, cost_usd=ZERO)


class Playback:
    """Answers from a recording alone; what is not in it is an error that names what comes nearest."""

    def __init__(self, recording: Recording, secrets: Secrets) -> None:
        self._recording = recording
        self._secrets = secrets

    def ready(self) -> str:
        """Return "" when something can be played back, else what is missing."""
        try:
            has_any = any(True for _ in self._recording.exchanges())
        except StorageError as error:
            return str(error)
        how = 'record first: llmos run "…" --provider recorded, with mode = "record" under [provider.recorded]'
        return "" if has_any else f"nothing is recorded in {self._recording.path}; {how}"

    def chosen(self) -> str:
        """Return what answers, for people."""
        return str(self._recording.path)

    def quote(self, request: ModelRequest) -> Quote:
        """Return a price of nothing, also for what will turn out not to be playable."""
        try:
            found = self.find(request)
        except ProviderError:
            found = None
        return Quote(cost_usd=ZERO, model=_NAME if found is None else _label(found))

    def complete(self, request: ModelRequest, on_text: Callable[[str], None]) -> ModelReply:
        """Return the answer that was recorded last for this very request; ProviderError when there is none."""
        exchange = self.find(request)
        if exchange is None:
            raise ProviderError(self._missing(self.asked(request)), usage=_FREE)
        if exchange.redacted:
            held = ", ".join(exchange.redacted)
            message = f"the recorded answer held a secret ({held}), which is not stored; ask a model for this goal"
            raise ProviderError(message, usage=_FREE)
        reply = self._reply(exchange, request)
        if reply.text:
            on_text(reply.text)
        usage = Usage(model=_label(exchange), cost_usd=ZERO)
        return evolve(reply, usage=usage, recorded_cost_usd=reply.usage.cost_usd)

    def find(self, request: ModelRequest) -> Exchange | None:
        """Return the exchange of this request, None when it was not recorded; ProviderError for a damaged file."""
        try:
            return self._recording.find(key_of(self.asked(request)))
        except StorageError as error:
            raise ProviderError(str(error), usage=_FREE) from error

    def asked(self, request: ModelRequest) -> dict[str, Any]:
        """Return the request as it is recorded: without secrets, so that other secrets ask the same question."""
        clean: dict[str, Any] = self._secrets.redacted(request_json(request))[0]
        return clean

    def _reply(self, exchange: Exchange, request: ModelRequest) -> ModelReply:
        try:
            return reply_from(exchange.reply, request)
        except ValueError as error:
            key = exchange.key[:12]
            message = f"the recorded answer {key}… in {self._recording.path} cannot be used: {error}"
            raise ProviderError(message, usage=_FREE) from None

    def _missing(self, asked: dict[str, Any]) -> str:
        from llmos_std.providers.recorded.differences import differences, nearest

        closest = nearest(asked, self._recording.exchanges())
        how = 'record it with mode = "auto" under [provider.recorded]'
        if closest is None:
            return f"nothing is recorded in {self._recording.path}; {how}"
        what = differences(asked, closest.request)
        return f"this request was not recorded; the nearest recorded one ({closest.key[:12]}…) differs: {what}; {how}"


class Recorder:
    """Asks another provider and keeps what it answers. `is_thrifty`: what was recorded before is played back."""

    def __init__(
        self,
        playback: Playback,
        recording: Recording,
        secrets: Secrets,
        inner: Any,
        *,
        inner_name: str,
        now: Callable[[], str],
        is_thrifty: bool,
    ) -> None:
        self._playback, self._recording, self._secrets = playback, recording, secrets
        self._inner, self._inner_name, self._now, self._is_thrifty = inner, inner_name, now, is_thrifty

    @property
    def ignores_models(self) -> bool:
        """Whether the provider behind this one ignores models."""
        return bool(getattr(self._inner, "ignores_models", False))

    def ready(self) -> Any:
        """Return "" when an answer may be had, recorded or fresh, else what the other provider says is missing."""
        return "" if self._is_thrifty and not self._playback.ready() else self._inner.ready()

    def chosen(self) -> str:
        """Return what answers, for people."""
        return f"{self._inner_name}, recorded in {self._recording.path}"

    def quote(self, request: ModelRequest) -> Quote:
        """Return nothing for what would be played back, else the other provider's quote."""
        try:
            is_known = self._known(request)
        except ProviderError:  # a damaged recording: `complete` says so, and nothing is spent
            is_known = True
        quote: Quote = (self._playback if is_known else self._inner).quote(request)
        return quote

    async def complete(self, request: ModelRequest, on_text: Callable[[str], None]) -> ModelReply:
        """Return the recorded answer, else a fresh one that is on disk before it is returned.

        Raises what the inner provider raises, and NoModelError when that one is not ready.
        """
        if self._known(request):
            return self._playback.complete(request, on_text)
        self._prepare()
        if problem := await aio.call(self._inner.ready):
            raise NoModelError(problem)
        reply: ModelReply = await aio.call(self._inner.complete, request, on_text)
        self._keep(request, reply)
        return reply

    def _known(self, request: ModelRequest) -> bool:
        return self._is_thrifty and self._playback.find(request) is not None

    def _prepare(self) -> None:
        """Fail before any money is spent when the answer could not be kept."""
        try:
            self._recording.prepare()
        except StorageError as error:
            raise ProviderError(str(error), usage=_FREE) from error

    def _keep(self, request: ModelRequest, reply: ModelReply) -> None:
        """Record an answer; ProviderError for one that could never be played back, and when the disk refuses."""
        form = reply_json(reply)
        try:
            reply_from(form, request)
        except ValueError as error:
            raise ProviderError(f"{self._inner_name} gave an answer that cannot be recorded: {error}") from error
        asked = self._playback.asked(request)
        answer, redacted = self._secrets.redacted(form)
        exchange = Exchange(key_of(asked), self._now(), self._inner_name, asked, answer, redacted)
        try:
            self._recording.append(exchange)
        except StorageError as error:
            raise ProviderError(f"the answer came, but {error}", usage=reply.usage) from error


def _label(exchange: Exchange) -> str:
    usage = exchange.reply.get("usage")
    model = usage.get("model") if isinstance(usage, dict) else ""
    return f"{_NAME}:{model or exchange.provider}"


def open_recorded(context: PluginContext) -> Any:
    """Return the provider for a section `provider.recorded`; other providers are only opened when they may be asked."""
    from pathlib import Path

    config = context.config
    recording = Recording(context.paths.workspace / Path(config.path).expanduser())
    secrets = Secrets(known_secrets(context.environ, _section(context, config.provider), config.secret_env))
    playback = Playback(recording, secrets)
    return playback if config.mode == "replay" else _recorder(context, playback, recording, secrets)


def _section(context: PluginContext, provider: str) -> Any:
    """Return the section of the provider that is recorded, None when it has none: it names where the secrets are."""
    try:
        return context.section(f"provider.{provider}")
    except (PluginError, KeyError):
        return None


@asynccontextmanager
async def _recorder(
    context: PluginContext, playback: Playback, recording: Recording, secrets: Secrets
) -> AsyncIterator[Recorder]:
    config = context.config
    yield Recorder(
        playback,
        recording,
        secrets,
        await context.open_provider(config.provider),
        inner_name=config.provider,
        now=lambda: context.clock.now().isoformat(timespec="seconds"),
        is_thrifty=config.mode == "auto",
    )
