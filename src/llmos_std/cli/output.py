"""How results, money and tables are written for people. Plain text; styles only where a terminal wants them."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from llmos_core.errors import ConfigError, LlmosError
from llmos_core.types.money import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from llmos_core.types.result import RunResult


def dollars(amount: Decimal | None) -> str:
    """Return money for people: "$0.0012", or "unknown"."""
    return "unknown" if amount is None else f"${plain(amount)}"


def footer(result: RunResult) -> str:
    """Return one line under an answer: how it was reached and what it cost."""
    parts = [result.status.value, result.mode, f"{result.model_calls} model calls", f"cost {dollars(result.cost_usd)}"]
    if result.saved_usd is None or result.saved_usd:
        parts.append(f"saved {dollars(result.saved_usd)}")
    if result.trace_id:
        parts.append(f"trace {result.trace_id}")
    return styled(" · ".join(parts), dim=True, err=True)


def styled(text: str, *, err: bool = False, **style: bool) -> str:
    """Return text in a style, unless NO_COLOR is set or the stream is no terminal."""
    stream = sys.stderr if err else sys.stdout
    if os.environ.get("NO_COLOR") or not stream.isatty():
        return text
    return click.style(text, **style)


def print_failure(error: LlmosError) -> int:
    """Print an error that kept a run from beginning as one JSON result, and return its exit code."""
    import json

    from llmos_core.types.result import RunResult, Status
    from llmos_std.cli.exits import exit_code

    reason = "; ".join(error.problems) if isinstance(error, ConfigError) else str(error)
    result = RunResult(status=Status.FAILED, mode="AUTO", run_id="none", reason=reason)
    click.echo(json.dumps(result.to_json(), ensure_ascii=False))
    return exit_code(error)


def table(rows: Iterable[Sequence[object]], heads: Sequence[str]) -> str:
    """Return rows as aligned columns under their heads; the last column is not padded."""
    lines = [[str(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    padded = (
        [
            cell if n == len(heads) - 1 else cell.ljust(width)
            for n, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        for line in lines
    )
    return "\n".join("  ".join(line).rstrip() for line in padded)


def one_line(text: str, limit: int = 72) -> str:
    """Return text on one printable line, shortened to `limit` characters."""
    flat = " ".join("".join(c if c.isprintable() or c.isspace() else "�" for c in text).split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
