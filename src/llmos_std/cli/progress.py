"""Show on standard error what a run is doing, one short line an event. It is an observer: it can never slow a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from llmos_core.types.json import canonical_json
from llmos_std.cli.output import one_line, styled

if TYPE_CHECKING:
    from llmos_core.types.model import Event


class Progress:
    """Writes lines as events arrive; streamed text is written as it comes."""

    def __init__(self) -> None:
        self._is_in_text = False

    def see(self, event: Event) -> None:
        """Write the event's line, if it has one."""
        if event.kind == "text":
            click.echo(styled(str(event.data["text"]), dim=True, err=True), nl=False, err=True)
            self._is_in_text = True
            return
        write = _LINES.get(event.kind)
        if write is None or not (line := write(event.data)):
            return
        if self._is_in_text:
            click.echo(err=True)
            self._is_in_text = False
        click.echo(styled(line, dim=True, err=True), err=True)


def _step(data: dict[str, Any]) -> str:
    return f"  {data['tool']} {one_line(canonical_json(data['arguments']), 60)}"


def _asking(data: dict[str, Any]) -> str:
    """Return who is asked, and for what; "" for the person who is reading this."""
    purpose = "" if data["purpose"] == "learn" else f" ({data['purpose']})"
    return "" if data["provider"] == "human" else f"  asking {data['model'] or 'the model'}{purpose} …"


def _recorded(data: dict[str, Any]) -> str:
    """Return what an answer that was played back had cost, "" for any other."""
    had_cost = data["recorded_cost_usd"]
    return f"  played back: it had cost ${had_cost} when it was recorded" if had_cost else ""


_LINES: dict[str, Any] = {
    "mode_chosen": lambda data: f"{data['mode']}: {one_line(data['reasoning'], 100)}",
    "model_call_started": _asking,
    "model_call_ended": _recorded,
    "note": lambda data: f"  note: {one_line(data['text'], 110)}",
    "step_started": _step,
    "step_denied": lambda data: f"  denied: {one_line(data['text'], 100)}",
    "surprise": lambda data: f"  surprise: {one_line(data['text'], 110)}",
    "low_battery": lambda data: f"  low battery: ${data['left_usd']} of ${data['budget_usd']} left",
    "trace_learned": lambda data: f"  learned as trace {data['trace_id']}",
}
