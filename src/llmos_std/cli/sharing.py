"""`llmos traces export` and `import`: traces travel in a bundle, and wait for a review where they arrive."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from llmos_core import aio
from llmos_core.errors import StorageError, TraceError, UsageError

if TYPE_CHECKING:
    from llmos_std.boot import LLMOS
    from llmos_std.sharing.bundle import Bundle
    from llmos_std.sharing.signing import Keys


@click.command("export", epilog="\b\nExamples:\n  llmos traces export 1a2b3c4d -o hello.bundle --sign")
@click.argument("traces", nargs=-1, required=True)
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False), help="The file to write.")
@click.option("--sign", is_flag=True, help="Sign it with your key (`llmos keys new`).")
@click.pass_context
def export_traces(ctx: click.Context, traces: tuple[str, ...], output: str, *, sign: bool) -> int:
    """Write TRACES, by id or the beginning of it, into one bundle; secrets stay here, only their names travel."""
    return aio.run(_opened(ctx, _export, traces, output, sign))


async def _export(opened: LLMOS, ids: tuple[str, ...], output: str, sign: bool) -> int:
    from llmos_std.cli.quarantine import loaded
    from llmos_std.sharing.bundle import pack, portable

    memory = await opened.kernel.memory()
    traces = [loaded(memory, each) for each in ids]
    hider = opened.kernel.hider
    for trace in traces:
        shown = [portable(trace).program(), list(trace.aliases), list(trace.negative_goals)]
        if hider.value(shown) != shown:
            raise TraceError(
                f"{trace.id[:8]} holds what looks like a secret; put {{{{secret:NAME}}}} in its place first"
            )
    _write(output, pack(traces, _keys(opened).sign if sign else None))
    click.echo(f"{len({trace.id for trace in traces})} traces in {output}{', signed' if sign else ', not signed'}")
    return 0


@click.command("import", epilog="\b\nExamples:\n  llmos traces import hello.bundle\n  llmos traces review")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.pass_context
def import_traces(ctx: click.Context, file: str) -> int:
    """Take the traces of a bundle in. None of them acts before you have reviewed it, whoever signed the bundle."""
    return aio.run(_opened(ctx, _import, file))


async def _import(opened: LLMOS, file: str) -> int:
    from llmos_core.types.record import evolve
    from llmos_core.types.trace import TraceState
    from llmos_std.sharing.bundle import unpack

    bundle = unpack(_read(file))
    memory = await opened.kernel.memory()
    known = 0
    for trace in bundle.traces:
        if memory.load(trace.id) is not None:
            known += 1
            continue
        memory.save(evolve(trace, state=TraceState.IMPORTED))
    click.echo(
        f"{len(bundle.traces) - known} traces imported, {known} known already; {_signed_by(bundle, _keys(opened))}"
    )
    if known < len(bundle.traces):
        click.echo("they act only once you have looked at them: llmos traces review", err=True)
    return 0


def _write(output: str, data: bytes) -> None:
    from llmos_std.storage.files import write_private_file

    try:
        write_private_file(Path(output).absolute(), data)
    except OSError as error:
        raise StorageError(f"{output} cannot be written ({error.strerror}); choose another file") from error


def _read(file: str) -> bytes:
    """Return the bytes of a bundle, at most one more than a bundle can have."""
    from llmos_std.sharing.bundle import LONGEST_BYTES

    try:
        with Path(file).open("rb") as stream:
            return stream.read(LONGEST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error


def _signed_by(bundle: Bundle, keys: Keys) -> str:
    from llmos_std.cli.output import one_line
    from llmos_std.sharing.signing import fingerprint

    if bundle.signature is None:
        return "not signed"
    owner = keys.trusted().get(bundle.signature.key)
    mark = fingerprint(bundle.signature.key)
    if bundle.signature.key == keys.public():
        return f"signed by yourself ({mark})"
    return f"signed by {one_line(owner)} ({mark})" if owner else f"signed by a key that you do not know ({mark})"


def _keys(opened: LLMOS) -> Keys:
    from llmos_std.sharing.signing import Keys

    return Keys(opened.kernel.paths.user_state)


async def _opened(ctx: click.Context, act: Any, *arguments: Any) -> int:
    from llmos_std.cli.session import open_llmos, workspace_of

    async with open_llmos(workspace_of(ctx)) as opened:
        return int(await act(opened, *arguments))
