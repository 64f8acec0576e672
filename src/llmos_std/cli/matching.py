"""`llmos match`: whether two goals are one task, as the tiers of matching say; nothing is opened and nothing is run."""

from __future__ import annotations

import json
import sys
from typing import IO, TYPE_CHECKING, Any

import click

from llmos_core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmos_std.matching.comparing import Comparison

_EXAMPLES = """\b
Examples:
  llmos match "create a Python calculator" "build a calculator in Python"
  llmos match --pairs pairs.jsonl --json"""


@click.command(epilog=_EXAMPLES)
@click.argument("goals", nargs=-1, metavar="A B")
@click.option(
    "--pairs",
    metavar="FILE",
    help="Compare many: a JSON object with the fields a and b on each line (- reads standard input).",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for --pairs one object a line.")
def match(goals: tuple[str, ...], pairs: str | None, *, as_json: bool) -> int:
    """Say what would happen with goal B if goal A had been learned once: follow, mixed or learn, and why.

    Without --pairs it shows every tier, both goals part by part, and the word that stands against it.
    """
    if pairs is not None:
        if goals:
            raise UsageError(f"--pairs takes no goals of its own, and {len(goals)} were given")
        return _many(pairs, as_json=as_json)
    if len(goals) != 2:  # noqa: PLR2004 – a pair
        raise UsageError(f"match compares two goals, and {len(goals)} were given; put each into quotes")
    known, asked = goals
    return _one(known, asked, as_json=as_json)


def _one(known: str, asked: str, *, as_json: bool) -> int:
    from llmos_std.matching.alignment import aligned
    from llmos_std.matching.comparing import compare, tiers_between

    found, lines, tiers = compare(known, asked), aligned(known, asked), tiers_between(known, asked)
    if as_json:
        parts = [{"part": line.part, "a": line.a, "b": line.b, "same": line.is_same} for line in lines]
        facts = {**_facts(found), "why": found.why, "tiers": tiers, "alignment": parts}
        click.echo(json.dumps(facts, ensure_ascii=False))
        return 0
    click.echo(f"would      {found.would}: {found.why}")
    click.echo(f"tier       {found.tier} ({found.confidence:.3g})")
    if found.veto:
        click.echo(f"veto       {found.veto}")
    for name, value in found.bindings.items():
        click.echo(f"value      {name} = {value}")
    for name, said in tiers.items():
        click.echo(f"{'tier ' + name:15} {said}")
    for line in lines:
        click.echo(shown_line(line.part, line.a, line.b))
    return 0


def shown_line(part: str, one: str, other: str) -> str:
    """Return one part of two goals as a line."""
    if one == other:
        return f"= {part:12} {one}"
    return f"≠ {part:12} {one or '–'}  |  {other or '–'}"


def _many(path: str, *, as_json: bool) -> int:
    """Print one line a pair as it is read; what is no pair is named with its line."""
    from llmos_std.matching.comparing import compare

    with click.open_file(path, encoding="utf-8") if path == "-" else _opened(path) as file:
        for known, asked in _pairs(file, path):
            found = compare(known, asked)
            if as_json:
                sys.stdout.write(json.dumps(_facts(found), ensure_ascii=False) + "\n")
            else:
                sys.stdout.write(f"{found.would}\t{found.tier}\t{found.confidence:.3g}\t{found.veto or found.why}\n")
    return 0


def _opened(path: str) -> IO[str]:
    try:
        return open(path, encoding="utf-8")  # noqa: PTH123 – the caller closes it
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}; expected a file of JSON lines") from error


def _pairs(file: IO[str], path: str) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            pair = json.loads(line)
        except ValueError as error:
            raise UsageError(f"{path}:{number} is no JSON ({error}); expected an object with a and b") from error
        one, other = (pair.get("a"), pair.get("b")) if isinstance(pair, dict) else (None, None)
        if not isinstance(one, str) or not isinstance(other, str):
            raise UsageError(f'{path}:{number} holds no pair; expected an object such as {{"a": "…", "b": "…"}}')
        yield one, other


def _facts(found: Comparison) -> dict[str, Any]:
    return {
        "tier": found.tier,
        "confidence": found.confidence,
        "would": found.would,
        "bindings": found.bindings,
        "veto": found.veto,
    }
