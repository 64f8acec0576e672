"""The program of this operating system: a goal with its inputs, constraints and limits."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from llmos_core.types.money import optional_usd
from llmos_core.types.record import Record, field


class ModeName(StrEnum):
    """How a goal is executed. AUTO asks the strategy.

    These are the documented modes; any other upper-case name is a ModeName too, for the modes that plugins bring.
    """

    AUTO = "AUTO"
    LEARNER = "LEARNER"
    FOLLOWER = "FOLLOWER"
    MIXED = "MIXED"
    CRYSTALLIZED = "CRYSTALLIZED"
    ORCHESTRATOR = "ORCHESTRATOR"

    @classmethod
    def _missing_(cls, value: object) -> "ModeName | None":
        if not (isinstance(value, str) and value.isidentifier() and value.isupper()):
            return None
        member = str.__new__(cls, value)
        member._name_ = member._value_ = str(value)
        return member


def _stripped(goal: str) -> str:
    return goal.strip()


def _says_something(_task: object, _field: object, goal: str) -> None:
    if not goal:
        raise ValueError("the goal is empty; say what you want")
    try:
        goal.encode()
    except UnicodeEncodeError as error:  # bytes of a command line or pipe that are no text arrive as lone surrogates
        raise ValueError(f"the goal is no UTF-8 text at character {error.start + 1}; write it in UTF-8") from None


def _is_in_range(_task: object, _field: object, priority: int) -> None:
    if not 0 <= priority <= 100:  # noqa: PLR2004 – the documented range
        raise ValueError(f"priority is {priority}, expected 0 to 100")


def _amount(value: Any) -> Decimal | None:
    try:
        return optional_usd(value)
    except ValueError as error:
        raise ValueError(f"the maximal cost {error}") from None


class TaskBlock(Record):
    """One goal to reach.

    `goal` is natural language, not empty. `constraints` are sentences; those that `llmos` can enforce
    ("Max cost $0.10", "Read only", "No network") are, the others are told to the model. `priority` is 0–100.
    `max_cost_usd`, `max_turns` and `timeout_s` tighten the configured limits; None leaves them. `trace` is the id of
    the only trace that may answer, "" for any. `happened` is what a person found about the call of an interrupted run
    whose end nobody saw: True, False, or None while nobody has looked.
    """

    goal: str = field(converter=_stripped, validator=_says_something)
    inputs: Mapping[str, Any] = field(factory=dict)
    constraints: tuple[str, ...] = field(factory=tuple, converter=tuple)
    priority: int = field(default=50, validator=_is_in_range)
    mode: str = "AUTO"
    strategy: str = ""
    provider: str = ""
    model: str = ""
    project: str = ""
    max_cost_usd: Decimal | None = field(default=None, converter=_amount)
    max_turns: int | None = None
    timeout_s: float | None = None
    dry_run: bool = False
    fresh: bool = False
    trace: str = ""
    happened: bool | None = None


def context_of(task: TaskBlock) -> dict[str, Any]:
    """Return what besides the goal makes a task another task, as `Trace.context` keeps it; {} when there is nothing.

    Keys, each only when not empty: "inputs" as given, "constraints" sorted, each once.
    """
    context: dict[str, Any] = {}
    if task.inputs:
        context["inputs"] = dict(task.inputs)
    if task.constraints:
        context["constraints"] = sorted({constraint.strip() for constraint in task.constraints})
    return context
