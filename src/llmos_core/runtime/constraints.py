"""Enforce those of a task's constraints that a machine can enforce; the others are told to the model.

A constraint is a sentence ("Max cost $0.10", "Read only", "Must be Python"). No sentence widens a limit.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from llmos_core.types.money import usd
from llmos_core.types.record import Record, evolve

if TYPE_CHECKING:
    from llmos_core.types.task import TaskBlock

_COST = r"(?:max(?:imum)?|at most|up to)\.?\s+(?:cost|budget|spend)?\s*(?:of|is|:)?\s*(?:\$|usd)\s*([0-9]*\.?[0-9]+)"
_TURNS = r"(?:max(?:imum)?|at most|up to)\.?\s+([0-9]+)\s+turns?"
_TIME = r"(?:max(?:imum)?|at most|up to|within)\.?\s+([0-9]*\.?[0-9]+)\s*(s|sec|seconds?|min|minutes?)"
_READ_ONLY = r"(?:read[ -]?only|no writes?|do not write|change nothing)"
_NO_NETWORK = r"(?:no network|offline|no internet)"


class Enforced(Record, kw_only=False):
    """A task with its tightened limits, and the rules that the guarded road keeps for this run."""

    task: TaskBlock
    is_read_only: bool = False
    is_offline: bool = False


def enforce(task: TaskBlock) -> Enforced:
    """Return the task with every enforceable constraint applied to its own limits."""
    read_only = offline = False
    for sentence in task.constraints:
        text = sentence.strip().rstrip(".!").lower()
        if found := re.fullmatch(_COST, text):
            task = _cheaper(task, found.group(1))
        elif found := re.fullmatch(_TURNS, text):
            turns = int(found.group(1))
            task = evolve(task, max_turns=min(turns, task.max_turns or turns))
        elif found := re.fullmatch(_TIME, text):
            seconds = float(found.group(1)) * (60 if found.group(2).startswith("min") else 1)
            task = evolve(task, timeout_s=min(seconds, task.timeout_s or seconds))
        elif re.fullmatch(_READ_ONLY, text):
            read_only = True
        elif re.fullmatch(_NO_NETWORK, text):
            offline = True
    return Enforced(task, read_only, offline)


def _cheaper(task: TaskBlock, amount: str) -> TaskBlock:
    cap = usd(amount)
    known = task.max_cost_usd
    return evolve(task, max_cost_usd=cap if known is None else min(cap, known))
