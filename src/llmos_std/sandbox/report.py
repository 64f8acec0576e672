"""Say in plain words what confines programs here, what that leaves open, and why nothing stronger was taken.

Every sentence is true of the tier that is really in use; nothing is said of what might be had.
"""

from collections.abc import Iterator

from llmos_core.protocols.context import Paths
from llmos_core.types.record import Record
from llmos_std.sandbox.choosing import choose
from llmos_std.sandbox.config import SandboxConfig


class Remark(Record, kw_only=False):
    """One sentence: "ok" for what is protected, "note" for what is open, "problem" for what cannot work; a remedy."""

    level: str
    what: str
    mend: str = ""


def remarks(config: SandboxConfig, paths: Paths) -> Iterator[Remark]:
    """Yield what `llmos doctor` says about confinement."""
    choice = choose(config, paths)
    sandbox = choice.sandbox
    yield from _named(sandbox.tier, is_confining=sandbox.is_confining)
    for tier, reason in choice.reasons:
        yield Remark("note", f"no {tier}: {reason}", _remedy(tier, reason))
    if sandbox.is_confining:
        yield from _protected(sandbox.tier, config)
        yield from _open(sandbox.tier)


def _named(tier: str, *, is_confining: bool) -> Iterator[Remark]:
    if is_confining:
        yield Remark("ok", f"sandbox: {tier}; what Bash and Python start can change nothing but the workspace")
    elif tier == "none":
        what = "sandbox: none; programs that Bash and Python start have all your rights, and each start is asked about"
        yield Remark("note", what, "without somebody to ask they are refused")
    else:
        yield Remark("problem", f"sandbox: {tier} is wished and does not work here; no program is started")


def _remedy(tier: str, reason: str) -> str:
    if tier == "bubblewrap" and "not installed" in reason:
        return "install the package bubblewrap"
    if tier == "bubblewrap" and "namespaces" in reason:
        return "allow user namespaces; in a container, run llmos outside of it, or trust the container to be the wall"
    return ""


def _protected(tier: str, config: SandboxConfig) -> Iterator[Remark]:
    network = "an empty one of their own" if tier == "bubblewrap" else "none, not even sockets of their own"
    yield Remark("ok", f"network of programs: {network}; pages are fetched by WebFetch alone")
    yield Remark("ok", "your home, other folders, processes and sockets of this machine: out of reach of programs")
    yield Remark("ok", "git's hooks and settings, .llmos, start-up files, secret-looking files: out of reach as well")
    yield Remark(
        "ok",
        f"limits of a call: {config.processes} processes, {_size(config.memory_bytes)} of memory, "
        f"{_size(config.disk_bytes)} of disk, files of {_size(config.file_bytes)}, {config.cpu_s} s of computing each",
    )


def _open(tier: str) -> Iterator[Remark]:
    if tier == "bubblewrap":
        yield Remark(
            "note",
            "guarded files that do not exist yet are taken away when the call ends; until then they can be seen",
        )
    else:
        yield Remark(
            "note",
            "programs can see which files there are outside, not what is in them; changes to files are slower",
        )


def _size(count: int) -> str:
    gib = count / (1 << 30)
    return f"{gib:g} GiB" if gib >= 1 else f"{count / (1 << 20):g} MiB"
