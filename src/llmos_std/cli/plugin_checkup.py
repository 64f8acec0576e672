"""What `llmos doctor` says about plugins: active, switched off, broken, shadowed, heavy and missing ones.

Each finding names the plugin and tells how to mend it; nothing here changes anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core import aio
from llmos_core.contrib import Role
from llmos_std.cli.checkups import NOTE, OK, PROBLEM, Finding

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from llmos_core.contrib import Contribution
    from llmos_core.plugins.registry import Registry
    from llmos_core.runtime.kernel import Kernel

NEEDED_ROLES = ("matcher", "trust", "journal", "ledger")
NEEDED_KINDS = ("mode", "strategy", "memory", "tool")
LIMIT_S = 5.0
"""How long opening one of a stranger's parts may take."""
_OPENED_KINDS = ("mode", "strategy", "tool", "command", "hook")
_REINSTALL = "enable the plugin that offers it, or install llmos again: pip install --force-reinstall llmos"


def plugins(registry: Registry) -> Iterator[Finding]:
    """Look at every plugin that was found, and at what is needed from them."""
    active = [plugin.name for plugin in registry.plugins if plugin.status == "active"]
    yield Finding(OK, f"{len(active)} of {len(registry.plugins)} plugins are active: {', '.join(active) or 'none'}")
    for plugin in registry.plugins:
        if plugin.status == "disabled":
            yield Finding(NOTE, f"plugin '{plugin.name}' is {plugin.reason}", "remove it from plugins.disabled")
    for fault in registry.faults:
        yield Finding(PROBLEM, fault.what, fault.mend)
    for sentence in registry.shadowed:
        yield Finding(NOTE, f"not in use: {sentence}")
    yield from _losses(registry)
    yield from _weights(registry)
    yield from _gaps(registry)


def _losses(registry: Registry) -> Iterator[Finding]:
    """Say which broken plugins may have brought a gate: until they are mended, llmos denies what they might have."""
    for name in registry.lost("hook"):
        what = f"plugin '{name}' may have brought a gate, which is lost: whatever it could have judged is denied"
        yield Finding(PROBLEM, what, "mend it, or switch it off if you can do without its gate")


def _weights(registry: Registry) -> Iterator[Finding]:
    from llmos_std.cli.inspecting import LIGHTEN, heavy

    for plugin in registry.plugins:
        if cost := heavy(plugin):
            yield Finding(NOTE, cost, LIGHTEN)


def _gaps(registry: Registry) -> Iterator[Finding]:
    for role in NEEDED_ROLES:
        if not registry.serves(role):
            yield Finding(PROBLEM, f"no active plugin serves as '{role}'", _REINSTALL)
    for kind in NEEDED_KINDS:
        if not registry.names(kind):
            yield Finding(PROBLEM, f"no active plugin offers a {kind}", _REINSTALL)


async def parts(kernel: Kernel) -> AsyncIterator[Finding]:
    """Open what strangers offer and every run would open, and name what does not open; memories are left closed."""
    registry = kernel.registry
    for kind in _OPENED_KINDS:
        for offered in registry.all(kind):
            if offered.role == Role.GATE:
                continue  # the kernel opens them all the same
            if registry.is_strange(kind, offered.name) and (problem := _problem(kernel, kind, offered)):
                mend = (
                    f"mend its plugin, or switch it off; see: llmos plugins show {registry.owner(kind, offered.name)}"
                )
                yield Finding(PROBLEM, problem, mend)
    for name, problem in await _broken_gates(kernel):
        yield Finding(PROBLEM, f"the gate '{name}' denies all it would judge: {problem}", "mend it or switch it off")


def _problem(kernel: Kernel, kind: str, offered: Contribution) -> str:
    """Return why a contribution cannot be used, "" when it can: it is opened apart within a limit, and closed again."""
    from llmos_core.plugins.cells import Cell
    from llmos_core.strangers import described

    cell = Cell(f"{kind} {offered.name}")
    try:
        if kind == "command":
            return str(cell.ask(LIMIT_S, _verb_fault, offered))
        cell.ask(LIMIT_S, lambda: aio.run(_open_and_close(kernel, kind, offered), within=cell.run_loop))
    except TimeoutError as error:
        return f"the {kind} '{offered.name}' could not be opened: {error}"
    except Exception as error:  # noqa: BLE001 – a stranger's factory may raise anything
        return described(error)
    finally:
        cell.close()
    return ""


def _verb_fault(offered: Contribution) -> str:
    import click

    from llmos_core.plugins.loading import load_object

    found = load_object(offered.factory)
    is_command = isinstance(found, click.Command)
    return "" if is_command else f"the verb '{offered.name}' is {type(found).__name__}, no click.Command"


async def _open_and_close(kernel: Kernel, kind: str, offered: Contribution) -> None:
    from llmos_core.runtime.opening import Openings

    openings = Openings(kernel.context_for)
    try:
        await openings.get(kind, offered)
    finally:
        await openings.close()


async def _broken_gates(kernel: Kernel) -> list[tuple[str, str]]:
    """Return each gate that could not be opened and why, those of broken plugins left out: they are named already."""
    from llmos_core.contrib import MOMENTS
    from llmos_core.runtime.gates import BrokenGate

    lost = kernel.registry.lost("hook")
    found = {named.name: named.gate for moment in MOMENTS for named in await kernel.gates(moment)}
    broken = ((name, gate) for name, gate in found.items() if isinstance(gate, BrokenGate) and name not in lost)
    return [(name, gate.problem) for name, gate in broken]
