"""Gates, approvers and actions for the tests of gates: each double does one thing only."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import attrs

from llmos_core.protocols.acting import ActionContext, Question
from llmos_core.types.decision import Decision, Verdict
from llmos_core.types.tools import Effect, ToolCall, ToolSpec


def action(effect=Effect.REVERSIBLE_WRITE, tool="Write", **arguments):
    return ActionContext(
        call=ToolCall(id="1", tool=tool, arguments=arguments),
        spec=ToolSpec(name=tool, description="", parameters={}, effect=effect),
        effect=effect,
        origin="model",
        workspace=Path("/nowhere"),
        run_id="run",
        permission_mode="ask",
    )


def question(reason="why", **arguments):
    return Question(action=action(**arguments), reason=reason, action_hash="the-hash")


@attrs.frozen
class Says:
    decision: Decision
    reason: str = ""
    rule: str = ""

    def check(self, _action):
        return Verdict(decision=self.decision, reason=self.reason, rule=self.rule, gate="a lie about its name")


@attrs.frozen
class SaysLater:
    decision: Decision

    async def check(self, _action):
        await asyncio.sleep(0)
        return Verdict(decision=self.decision)


@attrs.frozen
class Answers:
    answer: object

    def check(self, _action):
        return self.answer


class Raises:
    def check(self, _action):
        raise LookupError("lost")


class RaisesLater:
    async def check(self, _action):
        raise LookupError("lost")


class Hangs:
    async def check(self, _action):
        await asyncio.Event().wait()


class HangsAndIgnoresCancelling:
    async def check(self, _action):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return Verdict(decision=Decision.ALLOW)


BROKEN = {
    "raises": Raises(),
    "raises-later": RaisesLater(),
    "hangs": Hangs(),
    "ignores-cancelling": HangsAndIgnoresCancelling(),
    "nothing": Answers(None),
    "true": Answers(answer=True),
    "word": Answers("allow"),
    "plain-text-decision": Answers(Verdict(decision="allow")),
}


@attrs.define
class Remembering:
    hashes: set = attrs.field(factory=set)
    summaries: list = attrs.field(factory=list)

    def is_approved(self, action_hash):
        return action_hash in self.hashes

    def remember(self, action_hash, *, summary, at):
        self.hashes.add(action_hash)
        self.summaries.append((summary, at))


class BrokenApprovals:
    def is_approved(self, _action_hash):
        raise OSError("unreadable")

    def remember(self, _action_hash, *, summary, at):
        raise OSError("full")


@attrs.define
class Replies:
    answer: object
    asked: int = 0

    def approve(self, _question):
        self.asked += 1
        return self.answer


class RepliesLater:
    def __init__(self, answer):
        self.answer = answer

    async def approve(self, _question):
        await asyncio.sleep(0)
        return self.answer


class RaisingApprover:
    def approve(self, _question):
        raise EOFError("the terminal is gone")


class FixedClock:
    def now(self):
        return datetime(2026, 11, 21, tzinfo=UTC)

    def monotonic(self):
        return 0.0
