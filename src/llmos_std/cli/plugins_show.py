"""`llmos plugins show`: where a plugin is from, what it costs and offers, whose place it takes, and what is wrong.

What a plugin says of itself is data: it is printed, never obeyed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmos_core.errors import UsageError
from llmos_std.cli import inspecting
from llmos_std.cli.output import one_line, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmos_core.plugins.claims import Claim, Plugin
    from llmos_core.plugins.registry import Registry

SCHEMA = "llmos.plugin/1"


def describe(registry: Registry, name: str) -> list[dict[str, Any]]:
    """Return the facts about each plugin that a name means, as JSON; UsageError when it means none."""
    found = inspecting.plugins_named(registry, name)
    if not found:
        from llmos_core.suggestion import did_you_mean

        known = {plugin.name for plugin in registry.plugins} | {plugin.distribution for plugin in registry.plugins}
        hint = did_you_mean(name, known - {""})
        raise UsageError(f"no plugin, distribution or contribution named '{name}'{hint}; see 'llmos plugins list'")
    return [_facts(registry, plugin) for plugin in found]


def _facts(registry: Registry, plugin: Plugin) -> dict[str, Any]:
    every = inspecting.claims(registry)
    offered = [_offer(registry, kind, claim, why) for kind, claim, why in every if claim.plugin == plugin.name]
    faults = inspecting.faults_of(registry, plugin)
    return {
        "schema": SCHEMA,
        "plugin": plugin.name,
        "status": plugin.status,
        "reason": plugin.reason,
        "distribution": plugin.distribution,
        "version": plugin.version,
        "module": plugin.value,
        "where": _where(plugin),
        "import": _cost(plugin),
        "offers": offered,
        "problems": [{"what": fault.what, "mend": fault.mend} for fault in faults],
    }


def _offer(registry: Registry, kind: str, claim: Claim, why: str) -> dict[str, Any]:
    offered = claim.contribution
    others = [] if why else inspecting.outdone(registry, kind, claim)
    return {
        "kind": kind,
        "name": offered.name,
        "summary": offered.summary,
        "role": offered.role,
        "factory": offered.factory,
        "section": offered.section,
        "replaces": offered.replaces,
        "is_active": not why,
        "shadowed": why,
        "shadows": [f"{other.contribution.name} of {other.owner}" for other in others],
    }


def _where(plugin: Plugin) -> str:
    """Return the file of the plugin's module without importing it, else the folder of its metadata."""
    parts = plugin.value.partition(":")[0].split(".")
    import sys

    for entry in dict.fromkeys((plugin.folder, *sys.path)):
        base = Path(entry or ".").joinpath(*parts)
        for candidate in (base.with_suffix(".py"), base / "__init__.py"):
            if candidate.is_file():
                return str(candidate)
    return plugin.folder


def _cost(plugin: Plugin) -> dict[str, Any]:
    from llmos_core.plugins.claims import HEAVY_MODULES, HEAVY_MS
    from llmos_std.cli.measuring import measure

    if plugin.status == "disabled":
        return {"ms": None, "modules": None, "is_heavy": False, "packages": [], "problem": "it is not imported"}
    cost = measure(plugin.value)
    others = sum(modules for _, _, modules in cost.packages)
    return {
        "ms": round(cost.import_ms, 1),
        "modules": cost.modules,
        "is_heavy": cost.import_ms >= HEAVY_MS or others >= HEAVY_MODULES or plugin.is_heavy,
        "packages": [{"name": name, "ms": round(ms, 1), "modules": modules} for name, ms, modules in cost.packages],
        "problem": cost.problem,
    }


def lines(facts: dict[str, Any]) -> Iterator[str]:
    """Yield the facts about one plugin as lines for people."""
    yield f"plugin   {facts['plugin']}"
    yield f"status   {facts['status']}" + (f": {one_line(facts['reason'], 2000)}" if facts["reason"] else "")
    yield f"from     {facts['distribution'] or 'this program'} {facts['version']}".rstrip()
    yield f"where    {one_line(facts['where'], 1000)}  ({facts['module']})"
    yield from _cost_lines(facts["import"])
    yield ""
    yield from _offer_lines(facts["offers"])
    for problem in facts["problems"]:
        yield f"problem  {one_line(problem['what'], 2000)}"
        yield f"  mend   {one_line(problem['mend'], 2000)}"


def _cost_lines(cost: dict[str, Any]) -> Iterator[str]:
    if cost["problem"]:
        yield f"import   {one_line(cost['problem'], 1000)}"
        return
    yield f"import   {cost['ms']} ms, {cost['modules']} modules, in a Python of its own"
    for package in cost["packages"]:
        yield f"           {one_line(package['name'])}: {package['ms']} ms, {package['modules']} modules"
    if cost["is_heavy"]:
        yield f"  mend   heavy: {inspecting.LIGHTEN}"


def _offer_lines(offers: list[dict[str, Any]]) -> Iterator[str]:
    if not offers:
        yield "offers   nothing"
        return
    heads = ("kind", "name", "section", "what it does", "in use")
    yield table([_row(offer) for offer in offers], heads)
    yield ""


def _row(offer: dict[str, Any]) -> tuple[str, ...]:
    outdone = f"yes, instead of {', '.join(offer['shadows'])}" if offer["shadows"] else "yes"
    kind = f"{offer['kind']} ({offer['role']})" if offer["role"] else offer["kind"]
    use = outdone if offer["is_active"] else f"no: {offer['shadowed']}"
    return kind, offer["name"], offer["section"] or "–", one_line(offer["summary"]), use
