"""The gate suite accepts a right gate, and each of its laws rejects a gate that only this law rejects."""

from itertools import count

import pytest

from llmos_core.protocols.acting import ActionContext
from llmos_core.testing.running import HUNT, broken_laws, laws
from llmos_core.testing.suites import gate_suite
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


TestReference = gate_suite(Reference)
TestAsyncReference = gate_suite(AsyncReference)

MUTANTS = {
    Raises: "test_every_action_gets_a_verdict",
    ChangesItsMind: "test_the_same_action_gets_the_same_verdict",
    TrustsTraces: "test_whoever_asks_the_verdict_is_the_same",
    IsLooseInPlanMode: "test_a_stricter_permission_mode_never_loosens",
    TrustsStrangers: "test_untrusted_text_never_loosens",
    GivesNoReason: "test_asking_and_denying_give_a_reason",
}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_one_law_alone_rejects_a_mutant(mutant: type[Reference]) -> None:
    assert broken_laws(gate_suite(mutant, bounds=HUNT)) == {MUTANTS[mutant]}


def test_every_law_has_a_mutant() -> None:
    assert set(MUTANTS.values()) == set(laws(gate_suite(Reference)))
