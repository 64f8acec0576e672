"""Ask all hooks of a user about one moment and put their answers together: the strictest decision, changes in order.

A change of a tool's arguments is shown to every hook that has not seen it, until none wants another: nobody judges
other arguments than those that are used. The rule: a hook that fails has denied.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, Protocol

from llmos_core.runtime.gates import strictest
from llmos_core.runtime.transforms import ordered
from llmos_core.runtime.waiting import call_within
from llmos_core.strangers import described
from llmos_core.types.decision import Decision, Verdict
from llmos_core.types.json import digest
from llmos_core.types.record import Record
from llmos_std.hooks.answers import ASKING, Answer, checked
from llmos_std.hooks.events import payload

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from llmos_core.types.json import JsonObject
    from llmos_std.hooks.entry import Entry

ROUNDS = 4
"""How often the hooks may change a call's arguments again before it is denied."""

GRACE_S = 5.0
"""How much longer than its own limit a hook may take to be ended."""


class HookSource(Protocol):
    """Where the hooks come from, as they are now."""

    @property
    def policy(self) -> str:
        """A digest that changes with the hooks."""
        ...

    @property
    def limits_s(self) -> Sequence[float]:
        """How long each hook may take, as they were when last looked at."""
        ...

    def entries(self) -> Sequence[Entry]:
        """Return the hooks that may be asked; DeniedError when they are no longer what the user trusted."""
        ...

    def close(self) -> None:
        """Let go of what runs the hooks."""
        ...


class Heard(Record, kw_only=False):
    """What one hook said: its answer, or the denial that stands for its failure."""

    entry: Entry
    answer: Answer

    @property
    def verdict(self) -> Verdict:
        """The answer as a gate's word; where nobody can be asked, ASK is DENY."""
        decision = self.answer.decision
        if decision is Decision.ASK and self.entry.moment not in ASKING:
            decision = Decision.DENY
        said = self.answer.reason or f"{decision.value}, without a reason"
        reason = "" if decision is Decision.ALLOW else f"hook '{self.entry.name}': {said}"
        return Verdict(decision=decision, reason=reason, rule=f"hook:{self.entry.name}")


class Settled(Record, kw_only=False):
    """What the hooks made of one call: the arguments to use, what each said, and the word of all together."""

    arguments: dict[str, Any]
    heard: tuple[Heard, ...]
    verdict: Verdict

    @property
    def notes(self) -> tuple[str, ...]:
        """What the model should know beside the result: who changed the arguments, and what hooks added."""
        changes = {h.entry.name: "" for h in self.heard if h.answer.arguments is not None}
        told = [f"hook '{name}' changed the arguments of this call" for name in changes]
        return (*told, *(h.answer.context for h in self.heard if h.answer.context))


class Panel:
    """The user's hooks of one kernel. `session_id` is set when the session begins."""

    def __init__(self, source: HookSource, *, workspace: Path, permission_mode: str) -> None:
        self._source = source
        self._workspace = workspace
        self._permission_mode = permission_mode
        self.session_id = ""

    @property
    def policy(self) -> str:
        """A digest that changes with the hooks."""
        return self._source.policy

    @property
    def timeout_s(self) -> float:
        """How long asking every hook about one call can take."""
        return ROUNDS * sum(limit_s + GRACE_S for limit_s in self._source.limits_s) + GRACE_S

    def close(self) -> None:
        """Let go of what runs the hooks."""
        self._source.close()

    def concerned(self, moment: str, tool: str = "") -> tuple[Entry, ...]:
        """Return the hooks to ask, in their order; DeniedError when they are no longer what the user trusted."""
        return tuple(entry for entry in self.all_at(moment) if entry.concerns(tool))

    def all_at(self, moment: str) -> tuple[Entry, ...]:
        """Return every hook of a moment in its order, whatever tool it concerns; DeniedError as `concerned`."""
        return ordered([entry for entry in self._source.entries() if entry.moment == moment]).order

    def event(self, moment: str, **facts: Any) -> dict[str, Any]:
        """Return the event that the hooks of a moment are told."""
        mode, where = self._permission_mode, self._workspace
        return payload(moment, session_id=self.session_id, workspace=where, permission_mode=mode, **facts)

    async def ask(self, moment: str, facts: Mapping[str, Any], *, tool: str = "") -> tuple[Heard, ...]:
        """Return what every hook of a moment says, each asked once, in order."""
        event = self.event(moment, **facts)
        return tuple([await _heard(entry, event) for entry in self.concerned(moment, tool)])

    async def settle(self, tool: str, arguments: JsonObject) -> Settled:
        """Return what the hooks make of a call.

        Each hook has seen the arguments that are returned, or wanted exactly these. When that takes more than ROUNDS
        rounds, the call is denied.
        """
        entries = self.concerned("pre_tool_use", tool)
        current, heard, settled_for = dict(arguments), list[Heard](), dict[str, str]()
        for _ in range(ROUNDS):
            for entry in entries:
                if settled_for.get(entry.name) != digest(current):
                    said = await _heard(entry, self.event("pre_tool_use", tool_name=tool, tool_input=current))
                    heard.append(said)
                    current = current if said.answer.arguments is None else dict(said.answer.arguments)
                    settled_for[entry.name] = digest(current)
            verdict = strictest([ALLOWED, *(one.verdict for one in heard)])
            if verdict.decision is Decision.DENY:
                return Settled(dict(arguments), tuple(heard), verdict)
            if all(settled_for[entry.name] == digest(current) for entry in entries):
                return Settled(current, tuple(heard), verdict)
        return Settled(dict(arguments), tuple(heard), _unsettled(heard))


ALLOWED = Verdict(decision=Decision.ALLOW, rule="hooks")
"""The word of no hook at all."""


async def _heard(entry: Entry, event: Mapping[str, Any]) -> Heard:
    try:
        answer = await call_within(entry.timeout_s + GRACE_S, entry.ask, deepcopy(dict(event)))
        return Heard(entry, checked(entry.moment, answer))
    except (Exception, SystemExit) as error:  # noqa: BLE001 – a hook is a stranger's code: its failure denies
        why = f"it failed, so it counts as a no ({described(error)})"
        return Heard(entry, Answer(decision=Decision.DENY, reason=why))


def _unsettled(heard: Sequence[Heard]) -> Verdict:
    names = sorted({one.entry.name for one in heard if one.answer.arguments is not None})
    advice = "a hook must leave its own change alone when it sees it again"
    reason = f"the hooks {' and '.join(map(repr, names))} keep changing the arguments of this call; {advice}"
    denied = Verdict(decision=Decision.DENY, reason=reason, rule=f"hook:{names[0]}")
    return strictest([denied, *(one.verdict for one in heard)])
