"""Gates that are right, and gates with one fault each."""

from itertools import count
from typing import Any

from hypothesis import settings

from llmos_core.protocols.acting import ActionContext
from llmos_core.testing import gate_suite
from llmos_core.types.decision import ALLOW, Decision, Verdict
from llmos_core.types.tools import Effect

ASK = Verdict(decision=Decision.ASK, reason="it would change something")
DENY = Verdict(decision=Decision.DENY, reason="only looking is allowed")


class Reference:
    """Lets harmless calls pass, denies others in plan mode and asks otherwise."""

    def check(self, action: ActionContext) -> Verdict:
        if action.effect.is_safe or action.permission_mode == "yolo":
            return ALLOW
        return DENY if action.permission_mode == "plan" else ASK


class AsyncReference(Reference):
    async def check(self, action: ActionContext) -> Verdict:
        return super().check(action)


class Raises(Reference):
    def check(self, action: ActionContext) -> Verdict:
        if action.call.tool == "Bash":
            raise KeyError("command")
        return super().check(action)


class ChangesItsMind(Reference):
    numbers = count()

    def check(self, _action: ActionContext) -> Verdict:
        return Verdict(decision=Decision.ASK, reason=f"question {next(self.numbers)}")


class TrustsTraces(Reference):
    def check(self, action: ActionContext) -> Verdict:
        return ALLOW if action.origin == "trace" else super().check(action)


class IsLooseInPlanMode(Reference):
    def check(self, action: ActionContext) -> Verdict:
        return ALLOW if action.permission_mode == "plan" else super().check(action)


class TrustsStrangers(Reference):
    def check(self, action: ActionContext) -> Verdict:
        return ALLOW if action.is_tainted else super().check(action)


class GivesNoReason(Reference):
    def check(self, action: ActionContext) -> Verdict:
        return Verdict(decision=Decision.DENY) if action.effect is Effect.UNKNOWN else ALLOW


class ChangesWhatItJudges(Reference):
    def check(self, action: ActionContext) -> Verdict:
        verdict = super().check(action)
        action.call.arguments["judged"] = True  # type: ignore[index]
        return verdict


RIGHT = (Reference, AsyncReference)

MUTANTS: dict[Any, str] = {
    Raises: "test_every_action_gets_a_verdict",
    ChangesItsMind: "test_the_same_action_gets_the_same_verdict",
    TrustsTraces: "test_whoever_asks_the_verdict_is_the_same",
    IsLooseInPlanMode: "test_a_stricter_permission_mode_never_loosens",
    TrustsStrangers: "test_untrusted_text_never_loosens",
    ChangesWhatItJudges: "test_the_action_is_left_alone",
    GivesNoReason: "test_asking_and_denying_give_a_reason",
}


def suite(made: Any, bounds: settings) -> type:
    return gate_suite(made, bounds=bounds)
