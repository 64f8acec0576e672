"""The options of `llmos run`, as a table; and a reader that takes the plain cases without importing click.

Importing click costs as much as half a replay. So `llmos run …` is first read here; whatever is not entirely plain –
help, a misspelt option, a wrong value – is left to click, whose messages people know. A test holds both readings equal.
"""

from __future__ import annotations

from typing import Any

from llmos_core.types.record import Record

PERMISSIONS = ("ask", "accept-edits", "plan", "yolo")


class Option(Record):
    """One option. `kind` is text, flag, count (a whole number ≥ 1), seconds (a number > 0), choice or setting.

    A setting is KEY=VALUE and may be given often; it is left to click.
    """

    names: tuple[str, ...]
    key: str
    help: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    metavar: str | None = None

    def value_of(self, text: str) -> Any:
        """Return the option's value for a text; ValueError when it is not plainly right."""
        if self.kind == "count":
            return _number(int(text), least=1)
        if self.kind == "seconds":
            return _number(float(text), least=0.001)
        if self.kind == "setting" or (self.kind == "choice" and text not in self.choices):
            raise ValueError(text)
        return text


SHARED = (
    Option(names=("--mode",), key="mode", help="How to execute it: auto, learner, follower, mixed or another mode."),
    Option(names=("--strategy",), key="strategy", help="Who chooses the mode, e.g. cost-optimized."),
    Option(names=("--provider",), key="provider", help="Which provider to ask, e.g. litellm."),
    Option(names=("--model",), key="model", help="Which model reasons, by alias or name; other roles keep theirs."),
    Option(names=("--max-cost",), key="max_cost", metavar="USD", help="Spend at most this much on this run."),
    Option(names=("--max-turns",), key="max_turns", kind="count", metavar="N", help="Ask the model at most N times."),
    Option(names=("--timeout",), key="timeout", kind="seconds", metavar="S", help="Stop after S seconds."),
    Option(
        names=("--permission-mode",),
        key="permission_mode",
        kind="choice",
        choices=PERMISSIONS,
        help="What may happen without asking.",
    ),
    Option(names=("--no-stream",), key="no_stream", kind="flag", help="Do not show the answer while it is written."),
    Option(names=("-y", "--yes"), key="yes", kind="flag", help="Answer every question with yes, never a denial."),
    Option(
        names=("-c", "--config"),
        key="settings",
        kind="setting",
        metavar="KEY=VALUE",
        help="Set this for once, over everything else.",
    ),
)
"""What `run` and `chat` share."""

RUN = (
    *SHARED,
    Option(names=("--dry-run",), key="dry_run", kind="flag", help="Say what would happen; call and write nothing."),
    Option(names=("--json",), key="as_json", kind="flag", help="Print exactly one JSON value on standard output."),
    Option(names=("--fresh",), key="fresh", kind="flag", help="Do not go on from an interrupted run; start over."),
    Option(
        names=("--happened",),
        key="happened",
        kind="choice",
        choices=("yes", "no"),
        help="Say whether the call whose end nobody saw was made, and go on.",
    ),
    Option(
        names=("--trace",),
        key="trace",
        metavar="ID",
        help="Replay this trace and no other, without a model; GOAL may be left out.",
    ),
)
"""Every option of `run`."""

_UNSAID: dict[str, Any] = {"flag": False, "setting": ()}


def read_plainly(arguments: list[str]) -> dict[str, Any] | None:
    """Return the values that click would read from the arguments of `run`, None when they are not entirely plain."""
    known = {name: option for option in RUN for name in option.names}
    values: dict[str, Any] = {option.key: _UNSAID.get(option.kind) for option in RUN}
    goal: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if not argument.startswith("-") or argument == "-":
            goal.append(argument)
            continue
        name, has_value, text = argument.partition("=")
        option = known.get(name)
        if option is None or (has_value and not name.startswith("--")):
            return None
        if option.kind == "flag":
            if has_value:
                return None
            values[option.key] = True
            continue
        given = text if has_value else next(rest, None)
        if given is None or (given.startswith("-") and not has_value):
            return None
        try:
            values[option.key] = option.value_of(given)
        except ValueError:
            return None
    return {**values, "goal": tuple(goal)}


def _number(value: float, *, least: float) -> float:
    if not least <= value < float("inf"):
        raise ValueError(value)
    return value
