"""Import the plugins that are wanted and ask each for what it offers, one hook at a time.

A plugin that is broken is named in `problems` and left out; the others never notice.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import pluggy

from llmos_core import hookspecs
from llmos_core.contrib import Contribution
from llmos_core.errors import PluginError
from llmos_core.plugins.cells import Cell
from llmos_core.plugins.claims import Claim, Fault, Plugin
from llmos_core.plugins.discovery import EntryPoint, normalised
from llmos_core.plugins.loading import load_object
from llmos_core.plugins.offers import checked
from llmos_core.plugins.sources import may_offer
from llmos_core.strangers import described, printable
from llmos_core.suggestion import did_you_mean
from llmos_core.types.record import evolve

LIMIT_S = 15.0
"""How long importing a plugin, or asking one of its hooks, may take before it counts as hanging."""

_TAKES_ARGUMENTS = 0x04 | 0x08
_IS_ASYNC = 0x80 | 0x200
_MOST_PACKAGES = 8


class PluginHost:
    """The plugins of one kernel. Each hook of each plugin is called at most once, when its kind is first asked for."""

    def __init__(
        self,
        found: Iterable[EntryPoint] = (),
        *,
        disabled: Sequence[str] = (),
        extra: Mapping[str, object] | None = None,
        limit_s: float = LIMIT_S,
    ) -> None:
        """Import what is not disabled. `extra` holds plugins that are already objects, by name."""
        self._limit_s = limit_s
        self._cell = Cell("plugins")
        self._manager = pluggy.PluginManager("llmos")
        self._manager.add_hookspecs(hookspecs)
        self._disabled = {normalised(name): name for name in disabled}
        self._claims: dict[str, tuple[Claim, ...]] = {}
        self._lost: dict[str, set[str]] = {}
        self._plugins: dict[str, Plugin] = {}
        self._faults: list[Fault] = []
        self._knows_all_hooks = False
        for point in found:
            self._add(_described(point), partial(load_object, point.value))
        for name, plugin in (extra or {}).items():
            self._add(Plugin(name=name, value=getattr(plugin, "__name__", "")), partial(_itself, plugin))

    @property
    def plugins(self) -> tuple[Plugin, ...]:
        """Every plugin that was found, by name."""
        return tuple(self._plugins[name] for name in sorted(self._plugins))

    @property
    def problems(self) -> tuple[str, ...]:
        """One sentence for each thing found wrong so far, naming the plugin; complete once every kind was asked."""
        return tuple(fault.what for fault in self._faults)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The problems found so far, each with its plugin and how to mend it."""
        return tuple(self._faults)

    def check(self) -> None:
        """Look for what only a full inspection finds: unknown hooks, and disabled names that nothing bears."""
        for hook in self._unknown_hooks():
            for implementation in hook.get_hookimpls():
                hint = did_you_mean(hook.name, self._hook_names())
                self._report(implementation.plugin_name, f"implements '{hook.name}', which is no hook{hint}")
        known = {normalised(name) for plugin in self.plugins for name in (plugin.name, plugin.distribution)}
        for key, name in self._disabled.items():
            if key not in known:
                what = f"plugins.disabled names '{name}', but no such plugin or distribution is installed"
                self._report_once(Fault(what, "take the name out of plugins.disabled in your configuration"))

    def lost(self, kind: str) -> tuple[str, ...]:
        """Name the plugins whose contributions of a kind are missing because they are broken.

        A plugin that cannot be imported is missing from every kind that its source files so much as name (see
        `sources`). Policy should fail closed when gates are lost.
        """
        hook = hookspecs.HOOKS.get(kind, kind)
        broken = [plugin for plugin in self.plugins if plugin.status == "broken"]
        lost = {one.name for one in broken if may_offer(one.value, one.folder, one.distribution, hook)}
        self.claims(kind)
        return tuple(sorted(lost | self._lost.get(kind, set())))

    def claims(self, kind: str) -> tuple[Claim, ...]:
        """Return what all plugins contribute to a kind, or to a further hook given by its full name.

        Sorted by contribution and plugin, so nothing can depend on the order of installation. PluginError when no
        plugin specifies such a hook.
        """
        if kind not in self._claims:
            self._claims[kind] = self._asked(kind, self._hook(hookspecs.HOOKS.get(kind, kind)))
        return self._claims[kind]

    def further_hooks(self) -> tuple[str, ...]:
        """Return the names of the hooks that plugins specified for plugins of their own, sorted."""
        self._learn_hooks()
        return tuple(sorted(set(self._hook_names()) - set(hookspecs.HOOKS.values())))

    def _hook(self, name: str) -> pluggy.HookCaller:
        hook: pluggy.HookCaller | None = getattr(self._manager.hook, name, None)
        if hook is None or not hook.has_spec():
            self._learn_hooks()
            hook = getattr(self._manager.hook, name, None)
        if hook is None or not hook.has_spec():
            raise PluginError(f"no hook named '{name}'{did_you_mean(name, self._hook_names())}", name=name)
        return hook

    def _asked(self, kind: str, hook: pluggy.HookCaller) -> tuple[Claim, ...]:
        claims = []
        for implementation in hook.get_hookimpls():
            name = implementation.plugin_name
            if self._plugins[name].status != "active":
                continue
            try:
                offered = self._within_limit(_offered, kind, implementation.function)
            except Exception as error:  # noqa: BLE001 – a stranger's hook may raise anything
                self._report(name, f"its hook {hook.name} {_complaint(error)}")
                self._lost.setdefault(kind, set()).add(name)
                continue
            distribution = self._plugins[name].distribution
            claims += [Claim(kind=kind, plugin=name, distribution=distribution, contribution=one) for one in offered]
        return tuple(sorted(claims, key=lambda claim: (claim.contribution.name, claim.plugin)))

    def _add(self, plugin: Plugin, load: Callable[[], object]) -> None:
        is_disabled = not self._disabled.keys().isdisjoint({normalised(plugin.name), normalised(plugin.distribution)})
        plugin = self._with_unique_name(plugin)
        if is_disabled:
            reason = "switched off by plugins.disabled"
            self._plugins[plugin.name] = evolve(plugin, status="disabled", reason=reason)
            return
        started, before = time.perf_counter(), set(sys.modules)
        try:
            self._register(plugin.name, self._within_limit(load))
        except Exception as error:  # noqa: BLE001 – a stranger's plugin may raise anything
            reason = f"importing it did not end: {error}" if isinstance(error, TimeoutError) else described(error)
            self._plugins[plugin.name] = evolve(plugin, status="broken", reason=reason)
            self._report(plugin.name, reason)
            return
        took_ms = (time.perf_counter() - started) * 1000
        brought = _packages(set(sys.modules) - before, plugin.value)
        packages = tuple(name for name, _ in brought.most_common(_MOST_PACKAGES))
        self._plugins[plugin.name] = evolve(
            plugin, import_ms=took_ms, import_modules=brought.total(), import_packages=packages
        )

    def _within_limit(self, function: Callable[..., Any], *args: Any) -> Any:
        """Run a stranger's code in the cell; when it hangs, it keeps that cell, and the next one gets a new one."""
        try:
            return self._cell.ask(self._limit_s, function, *args)
        finally:
            if self._cell.is_stuck:
                self._cell = Cell("plugins")

    def _with_unique_name(self, plugin: Plugin) -> Plugin:
        first = self._plugins.get(plugin.name)
        if first is None:
            return plugin
        second = f"{plugin.name}@{plugin.distribution or len(self._plugins)}"
        owners = f"{first.distribution or first.value} and {plugin.distribution or plugin.value}"
        self._report(plugin.name, f"two plugins bear this name, from {owners}; the second is called '{second}' here")
        return evolve(plugin, name=second)

    def _register(self, name: str, plugin: object) -> None:
        """Hand a plugin to pluggy and look at its hooks; on any fault it is as if it had never been there."""
        if plugin is None or self._manager.is_registered(plugin):
            other = self._manager.get_name(plugin)
            raise PluginError(f"is the same object as plugin '{other}'" if other else "is None; expected a module")
        try:
            self._within_limit(self._manager.register, plugin, name)
        except Exception as error:
            if self._manager.is_registered(plugin):  # pluggy 1.6 keeps half of a plugin that it refuses
                self._manager.unregister(plugin)
            if isinstance(error, pluggy.PluginValidationError):
                raise PluginError(f"a hook of it takes parameters; hooks take none ({error})") from error
            raise
        hooks = self._manager.get_hookcallers(plugin) or []
        faults = [fault for hook in hooks for fault in _faults(hook, plugin)]
        if not hooks:
            faults = ["implements no hook; mark functions such as llmos_tools with @hookimpl"]
        if faults:
            self._manager.unregister(plugin)
            raise PluginError("; ".join(faults), name=name)

    def _learn_hooks(self) -> None:
        """Add the hooks that plugins specify for plugins of their own."""
        if self._knows_all_hooks:
            return
        self._knows_all_hooks = True
        for claim in self.claims("hookspec"):
            try:
                module = self._within_limit(load_object, claim.contribution.factory)
                self._manager.add_hookspecs(module)
            except Exception as error:  # noqa: BLE001 – a stranger's module may raise anything
                self._report(claim.plugin, f"its hook specifications cannot be used: {described(error)}")

    def _unknown_hooks(self) -> list[pluggy.HookCaller]:
        self._learn_hooks()
        hooks = (hook for hook in vars(self._manager.hook).values() if isinstance(hook, pluggy.HookCaller))
        return [hook for hook in hooks if not hook.has_spec()]

    def _hook_names(self) -> list[str]:
        hooks = vars(self._manager.hook).items()
        return [name for name, hook in hooks if isinstance(hook, pluggy.HookCaller) and hook.has_spec()]

    def _report(self, plugin: str, complaint: str) -> None:
        described = self._plugins.get(plugin)
        distribution = described.distribution if described else ""
        origin = f" ({distribution} {described.version})" if described and distribution else ""
        removal = f", or remove it: llmos plugins uninstall {distribution}" if distribution else ""
        mend = f'update it, switch it off in your own config.toml: [plugins] disabled = ["{plugin}"]{removal}'
        self._report_once(Fault(f"plugin '{plugin}'{origin}: {complaint}", mend, plugin))

    def _report_once(self, fault: Fault) -> None:
        if fault not in self._faults:
            self._faults.append(fault)


def _itself(plugin: object) -> object:
    return plugin


def _described(point: EntryPoint) -> Plugin:
    return Plugin(
        name=printable(point.name, 100),
        value=printable(point.value),
        distribution=printable(point.distribution, 100),
        version=printable(point.version, 60),
        folder=point.folder,
    )


def _faults(hook: pluggy.HookCaller, plugin: object) -> Iterable[str]:
    for implementation in hook.get_hookimpls():
        if implementation.plugin is plugin:
            yield from _function_faults(hook.name, implementation)


def _function_faults(name: str, implementation: pluggy.HookImpl) -> Iterable[str]:
    function: Any = implementation.function
    code = getattr(function, "__code__", None)
    if code is None:
        yield f"its hook {name} is no plain function"
        return
    if code.co_flags & _IS_ASYNC:
        yield f"its hook {name} is async; hooks are plain functions"
    given = 1 if getattr(function, "__self__", None) is not None else 0
    if code.co_argcount + code.co_kwonlyargcount > given or code.co_flags & _TAKES_ARGUMENTS:
        yield f"its hook {name} takes parameters; hooks take none"
    if implementation.wrapper or implementation.hookwrapper:
        yield f"its hook {name} is a wrapper; hooks only return contributions"


def _offered(kind: str, function: Callable[[], object]) -> tuple[Contribution, ...]:
    result: Any = function()
    if hasattr(result, "__await__"):
        if hasattr(result, "close"):
            result.close()
        raise PluginError("returned something to await; hooks are plain functions")
    return checked(kind, result)


def _complaint(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"did not end: {error}"
    return described(error) if isinstance(error, PluginError) else f"raised {described(error)}"


def _packages(modules: Iterable[str], value: str) -> Counter[str]:
    """Count modules by their top package, the plugin's own left out."""
    own = value.partition(":")[0].partition(".")[0]
    tops = (name.partition(".")[0] for name in modules)
    return Counter(top for top in tops if top not in {own, "llmos_core"})
