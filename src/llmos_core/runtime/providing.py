"""Find the provider for a purpose: injected, asked for, configured, or the first that is ready.

A model that was named, or a provider that was set up but is not ready, is never silently replaced by another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core import aio
from llmos_core.errors import NoModelError, PluginError
from llmos_core.runtime.routing import AUTO_PROVIDERS, route
from llmos_core.types.record import evolve

if TYPE_CHECKING:
    from llmos_core.runtime.kernel import Kernel
    from llmos_core.runtime.routing import Route
    from llmos_core.types.task import TaskBlock


async def provide(kernel: Kernel, task: TaskBlock, purpose: str, wanted: str) -> tuple[Route, Any]:
    """Return where a purpose of a task is taken, and the open provider.

    Raises NoModelError with the reason and the next step when none can be asked, and whatever `route` raises.
    """
    names, settings = kernel.registry.names("provider"), kernel.section("model")
    found = route(purpose, settings, names, provider=task.provider, model=task.model, wanted=wanted)
    if kernel.given("provider") is not None:
        name, provider = "injected", await _ready(kernel, found)
    elif found.provider != "auto":
        name, provider = found.provider, await _ready(kernel, found)
    else:
        name, provider = await _first_ready(kernel, found.model, is_wanted=bool(found.model or settings.model))
    return evolve(found, provider=name), provider


async def _ready(kernel: Kernel, found: Route) -> Any:
    provider = await kernel.part("provider", found.provider)
    if problem := await _problem(provider, found.model):
        raise NoModelError(problem)
    return provider


async def _problem(provider: Any, model: str) -> str:
    """Return why a provider cannot be asked, "" when it can; `model` is "" for its own choice."""
    if model and hasattr(provider, "ready_for"):
        return str(await aio.call(provider.ready_for, model))
    return str(await aio.call(provider.ready))


async def _first_ready(kernel: Kernel, model: str, *, is_wanted: bool) -> tuple[str, Any]:
    """Return the first provider that is ready; where a model is wanted, only the first of all may be asked."""
    for candidate in AUTO_PROVIDERS[:1] if is_wanted else AUTO_PROVIDERS:
        try:
            provider = await kernel.part("provider", candidate)
        except PluginError:
            continue
        problem = await _problem(provider, model)
        if not problem:
            return candidate, provider
        if is_wanted or getattr(provider, "is_configured", False):
            raise NoModelError(problem)
    raise NoModelError("no model can be asked: none is configured or reachable; see `llmos doctor`")
