"""Everything one llmos holds open: registry, configuration and parts, each opened when it is first needed.

Constructing does no I/O. Injected parts win over contributed ones; a part that is falsy but present is present.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from llmos_core import aio
from llmos_core.contrib import RUN_MOMENTS, Role
from llmos_core.errors import LlmosError, PluginError
from llmos_core.protocols.context import PluginContext
from llmos_core.runtime.clock import SystemClock, sortable_id
from llmos_core.runtime.gates import BrokenGate, NamedGate, policy_version
from llmos_core.runtime.opening import Openings
from llmos_core.runtime.redacting import Hider, open_hider
from llmos_core.types.model import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from llmos_core.config.loading import Config
    from llmos_core.contrib import Contribution
    from llmos_core.plugins.registry import Registry
    from llmos_core.protocols.context import Clock, Paths
    from llmos_core.runtime.broadcast import Broadcast
    from llmos_core.runtime.routing import Route
    from llmos_core.types.result import RunResult
    from llmos_core.types.session import Session
    from llmos_core.types.task import TaskBlock
    from llmos_core.types.tools import ToolSpec


class Kernel:
    """One operating system for language models. Several may live in one process."""

    def __init__(
        self,
        *,
        registry: Registry,
        config: Config,
        paths: Paths,
        environ: Mapping[str, str] | None = None,
        parts: Mapping[str, Any] | None = None,
        extra_tools: Sequence[Any] = (),
        hooks: Sequence[tuple[Contribution, Any]] = (),
        clock: Clock | None = None,
        new_id: Callable[[], str] | None = None,
    ) -> None:
        self.registry = registry
        self.config = config
        self.paths = paths
        self.environ: Mapping[str, str] = os.environ if environ is None else environ
        self.clock: Clock = SystemClock() if clock is None else clock
        self.new_id = sortable_id if new_id is None else new_id
        self._parts = dict(parts or {})
        self._tools = {tool.spec.name: tool for tool in extra_tools}
        self._openings = Openings(self.context_for, self.registry.is_strange)
        self._gates: list[tuple[tuple[str, ...], NamedGate]] | None = None
        self._given_hooks = tuple(hooks)
        self._transforms: dict[str, list[Any]] = {}
        self.is_hooked = False
        self.session: Session | None = None
        self._matcher: Any = None
        self._broadcast: Broadcast | None = self._parts.get("bus")
        self.last_result: RunResult | None = None
        self.hider = Hider()

    def section(self, name: str) -> Any:
        """Return a structured configuration section."""
        return self.config.section(name)

    async def boot(self) -> None:
        """Open the redactor, the matcher, which the other parts' contexts refer to, and the transforms."""
        if self._matcher is None:
            self.hider = await open_hider(self.guard)
            self._matcher = await self.service("matcher")
            await self._open_hooks()

    async def service(self, role: str) -> Any:
        """Return the part that serves as `role`; PluginError when none does."""
        if role in self._parts:
            return self._parts[role]
        contribution = self.registry.serving(role)
        if contribution is None:
            message = f"no installed plugin serves as '{role}'; install or enable one, see `llmos doctor`"
            raise PluginError(message, name=role)
        return await self._openings.get("service", contribution)

    async def optional_service(self, role: str) -> Any:
        """Return the part that serves as `role`, None when none does."""
        if role not in self._parts and self.registry.serving(role) is None:
            return None
        return await self.service(role)

    async def guard(self, role: str) -> Any:
        """Return the part that guards actions in a role, None when none is installed.

        Raises what opening it raises; PluginError, too, when it may be what a broken plugin would have brought.
        """
        if role in self._parts or self.registry.serving(role) is not None:
            return await self.service(role)
        if lost := self.registry.lost("service"):
            raise PluginError(_lost(lost[0]), name=role)
        return None

    async def part(self, kind: str, name: str) -> Any:
        """Return a contributed mode, strategy, provider or memory backend by name, or the injected one of that kind."""
        if kind in self._parts:
            return self._parts[kind]
        return await self._openings.get(kind, self.registry.get(kind, name))

    async def memory(self) -> Any:
        """Return the active memory backend."""
        return await self.part("memory", self.section("memory").backend)

    async def tool(self, name: str) -> Any:
        """Return an open tool; PluginError naming the known ones when there is none."""
        if name in self._tools:
            return self._tools[name]
        try:
            contribution = self.registry.get("tool", name)
        except PluginError:
            if (found := await self._sourced_tool(name)) is not None:
                return found
            raise
        return await self._openings.get("tool", contribution)

    async def offered_tools(self) -> tuple[ToolSpec, ...]:
        """Return the spec of every tool that opens; one that does not is reported by `llmos doctor`, not offered."""
        specs = {name: tool.spec for name, tool in self._tools.items()}
        for contribution in self.registry.all("tool"):
            try:
                specs.setdefault(contribution.name, (await self.tool(contribution.name)).spec)
            except LlmosError as error:
                self.publish("plugin_problem", "", {"name": contribution.name, "problem": str(error)})
        for contribution in self._tool_sources():
            try:
                source = await self._openings.get("service", contribution)
                found, problems = await aio.call(source.tools), source.problems()
                more = {tool.spec.name: tool.spec for tool in found}
            except Exception as error:  # noqa: BLE001 – a stranger's source; the other tools are still offered
                more, problems = {}, (str(error) or type(error).__name__,)
            specs = more | specs
            for problem in problems:
                self.publish("plugin_problem", "", {"name": contribution.name, "problem": problem})
        return tuple(specs[name] for name in sorted(specs))

    async def _sourced_tool(self, name: str) -> Any:
        """Return the tool that a source has under a name, None when none has."""
        for contribution in self._tool_sources():
            source = await self._openings.get("service", contribution)
            try:
                if (found := await aio.call(source.tool, name)) is not None:
                    return found
            except LlmosError:
                raise
            except Exception as error:  # a stranger's source may raise anything
                message = f"the tools of '{contribution.name}' cannot be asked: {type(error).__name__}: {error}"
                raise PluginError(message, name=name) from error
        return None

    def _tool_sources(self) -> list[Contribution]:
        return [contribution for contribution in self.registry.all("service") if contribution.role == "tools"]

    def given(self, role: str) -> Any:
        """Return what was injected in a role, None when nothing was; nothing is opened for it."""
        return self._parts.get(role)

    async def route(self, task: TaskBlock, purpose: str = "learn", wanted: str = "") -> tuple[Route, Any]:
        """Return where a purpose of this task is taken, and the open provider; NoModelError when none can be asked.

        `wanted` is a model that one request names for itself.
        """
        from llmos_core.runtime.providing import provide

        return await provide(self, task, purpose, wanted)

    async def gates(self, moment: str, *, is_named: bool = False) -> list[NamedGate]:
        """Return the gates of a moment; one that cannot be opened denies. With `is_named` only those that name it."""
        if self._gates is None:
            self._gates = [(c.moments, await self._gate(c)) for c in self._hooks(Role.GATE)]
            self._gates += [((), NamedGate(name, BrokenGate(_lost(name)))) for name in self.registry.lost("hook")]
            self._gates += [(c.moments, NamedGate(c.name, gate)) for c, gate in self._given(Role.GATE)]
            self._gates += [((), NamedGate("injected", gate)) for gate in self._parts.get("gates", ())]
        return [gate for moments, gate in self._gates if moment in moments or not (moments or is_named)]

    async def policy_version(self) -> str:
        """Return a digest that changes with the gates of actions and their rules."""
        return policy_version(await self.gates("pre_tool_use"))

    async def _gate(self, contribution: Contribution) -> NamedGate:
        try:
            return NamedGate(contribution.name, await self._open_hook(contribution))
        except LlmosError as error:
            return NamedGate(contribution.name, BrokenGate(str(error)))

    def transforms(self, moment: str) -> Sequence[Any]:
        """Return the open transforms of a moment in their order."""
        return self._transforms.get(moment, ())

    def _hooks(self, role: Role) -> list[Contribution]:
        return [c for c in self.registry.all("hook") if c.role == role]

    def _given(self, role: Role) -> list[tuple[Contribution, Any]]:
        return [(c, hook) for c, hook in self._given_hooks if c.role == role]

    async def _open_hooks(self) -> None:
        """Open transforms and observers, and note whether anything is asked around whole runs."""
        transforms = self._hooks(Role.TRANSFORM)
        if transforms or self._given_hooks:
            from llmos_core.runtime.moments import opened_transforms

            given = self._given(Role.TRANSFORM)
            self._transforms = await opened_transforms(self, transforms, given, self._open_hook)
        asked = {moment for c in self._hooks(Role.GATE) for moment in c.moments} | self._transforms.keys()
        self.is_hooked = bool(self._given_hooks) or not asked.isdisjoint(RUN_MOMENTS)
        for contribution in self._hooks(Role.OBSERVER):
            try:
                opened = await self._open_hook(contribution)
            except PluginError as error:  # who only sees can change nothing, not even by being broken
                self.publish("plugin_problem", "", {"name": contribution.name, "problem": str(error)})
                continue
            if opened is not None:  # an observer may decide, from its configuration, to see nothing
                self.watch(contribution.name, opened)

    async def _open_hook(self, contribution: Contribution) -> Any:
        """Return an open gate, transform or observer; a stranger's is kept in a thread of its own."""
        if not self.registry.is_strange("hook", contribution.name):
            return await self._openings.get("hook", contribution)
        from llmos_core.runtime.strange_gate import open_apart

        return open_apart(contribution, self.context_for, self._openings.on_close)

    def watch(self, name: str, observer: Any) -> None:
        """Let an observer see every event from now on."""
        if self._broadcast is None:
            from llmos_core.runtime.broadcast import Broadcast

            self._broadcast = Broadcast()
        self._broadcast.subscribe(name, observer)

    @property
    def is_watched(self) -> bool:
        """Whether anybody sees events."""
        return self._broadcast is not None

    def publish(self, kind: str, run_id: str, data: dict[str, Any]) -> None:
        """Tell the observers; costs nothing when there are none."""
        if self._broadcast is not None:
            at = self.clock.now().isoformat()
            self._broadcast.publish(Event(kind=kind, run_id=run_id, at=at, data=self.hider.event(data)))

    def goal_keys(self, goal: str) -> tuple[str, ...]:
        """Return the active matcher's keys of a goal, the exact signature first."""
        keys: tuple[str, ...] = self._matcher.keys(goal)
        return keys

    async def _open_provider(self, name: str) -> Any:
        return await self._openings.get("provider", self.registry.get("provider", name))

    def goal_signature(self, goal: str) -> str:
        """Return the first of the active matcher's keys, alone where the matcher has a quick way to it."""
        signature = getattr(self._matcher, "signature", None)
        return self.goal_keys(goal)[0] if signature is None else str(signature(goal))

    def context_for(self, contribution: Contribution) -> PluginContext:
        """Return what the factory of a contribution is given."""
        return PluginContext(
            paths=self.paths,
            clock=self.clock,
            new_id=self.new_id,
            environ=self.environ,
            section=self.section,
            config=self.section(contribution.section) if contribution.section else None,
            open_provider=self._open_provider,
            goal_keys=self.goal_keys,
            goal_keys_version=self._matcher.version if self._matcher is not None else "0",
            offers=self.registry.all,
        )

    async def close(self) -> None:
        """Let observers finish, within a second, and close every part that was opened."""
        try:
            if self.session is not None:
                from llmos_core.runtime.moments import end_session

                await end_session(self)
            if self._broadcast is not None and "bus" not in self._parts:
                self._broadcast.close(1.0)
        finally:
            await self._openings.close()


def _lost(plugin: str) -> str:
    return f"plugin '{plugin}' is broken, and what it would have guarded is unknown; mend or disable it: `llmos doctor`"
