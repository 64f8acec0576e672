"""The laws of a judge of trust: total, the same for the same evidence, and never below the safety floor."""

from typing import Any

from hypothesis import strategies as st

from llmos_core.testing.floor import Gap, gap_of
from llmos_core.testing.records import match_reports
from llmos_core.testing.records.matching import proofs
from llmos_core.testing.suites.services.common import ServiceLaws
from llmos_core.types.decision import PROPOSAL_CAP, Assessment, MatchReport
from llmos_core.types.task import TaskBlock

_TASK = TaskBlock(goal="create hello.txt")


def laws_for() -> tuple[type, dict[str, Any]]:
    """Return the laws of this role and what they draw."""
    return TrustLaws, {"match": st.one_of(proofs(), match_reports()), "yes": st.booleans(), "current": st.booleans()}


class TrustLaws(ServiceLaws):
    """What every judge of trust must do. `yes`: the user approved the steps; `current`: the tools are unchanged."""

    def test_every_match_is_assessed(self, match: MatchReport, yes: bool, current: bool) -> None:
        """Else no run begins. Return an Assessment for any match, with a confidence from 0 to 1."""
        found = self._asked(match, yes=yes, current=current)
        assert isinstance(found, Assessment), f"expected an Assessment, found {found!r}"
        assert 0.0 <= found.confidence <= 1.0, f"the confidence is {found.confidence}"

    def test_the_same_evidence_gives_the_same_answer(self, match: MatchReport, yes: bool, current: bool) -> None:
        """Else a replay is allowed by chance. Use no clock and no memory of earlier questions."""
        answers = [self._assessed(match, yes=yes, current=current) for _ in range(3)]
        assert answers[0] == answers[1] == answers[2]

    def test_a_guess_is_never_replayable(self, match: MatchReport, yes: bool) -> None:
        """Else a similar goal acts like the learned one.

        Only `match.is_proof` may be replayed, and the confidence of a guess stays at or below `PROPOSAL_CAP`.
        """
        found = self._assessed(match, yes=yes, current=True)
        if found and gap_of(match) is Gap.GUESS:
            assert not found.is_replayable, "a guess may run without a model"
            assert found.confidence <= PROPOSAL_CAP, f"a guess has a confidence of {found.confidence}"

    def test_a_trace_that_waits_for_a_person_is_never_replayable(self, match: MatchReport, yes: bool) -> None:
        """Else an edited, imported or retired trace acts unseen. Only `TraceState.LEARNED` may."""
        found = self._assessed(match, yes=yes, current=True)
        if found and gap_of(match) is Gap.PERSON:
            assert not found.is_replayable, f"a trace in the state {match.trace and match.trace.state} may run alone"

    def test_a_trace_whose_tool_changed_is_never_replayable(self, match: MatchReport, yes: bool) -> None:
        """Else the call may mean something else now. Ask `is_current` for every step."""
        found = self._assessed(match, yes=yes, current=False)
        if found and gap_of(match, is_approved=True) is Gap.NONE:
            assert not found.is_replayable, "its tool has changed, and it may run without a model"

    def test_a_failure_must_be_made_up_for(self, match: MatchReport, yes: bool) -> None:
        """Else what went wrong goes wrong again. After a failure ask for a score above 90."""
        found = self._assessed(match, yes=yes, current=True)
        if found and gap_of(match) is Gap.FAILED:
            assert not found.is_replayable, f"its score is {match.statistics.score}, and it may run without a model"

    def test_what_cannot_be_taken_back_needs_evidence_or_a_yes(self, match: MatchReport) -> None:
        """Else a final call happens on thin evidence. Ask for a lower bound of 0.85, or `is_approved` of that step."""
        found = self._assessed(match, yes=False, current=True)
        if found and gap_of(match) is Gap.EFFECTS:
            assert not found.is_replayable, "its effects are not proven nor approved, and it may run without a model"

    def test_what_may_not_be_replayed_has_a_reason(self, match: MatchReport, yes: bool, current: bool) -> None:
        """Else the user cannot know what is missing. Put one sentence into `reason`."""
        found = self._assessed(match, yes=yes, current=current)
        if found and not found.is_replayable:
            assert found.reason.strip(), "not replayable, without a reason"

    def _asked(self, match: MatchReport, *, yes: bool, current: bool) -> Any:
        with self.service.opened() as trust:
            return _assess(trust, match, yes=yes, current=current)

    def _assessed(self, match: MatchReport, *, yes: bool, current: bool) -> Assessment | None:
        """Return the assessment; None when there is none, which is for the first law alone to judge."""
        try:
            found = self._asked(match, yes=yes, current=current)
        except Exception:  # noqa: BLE001 – judged by test_every_match_is_assessed
            return None
        return found if isinstance(found, Assessment) else None


def _assess(trust: Any, match: MatchReport, *, yes: bool, current: bool) -> Any:
    return trust.assess(_TASK, match, is_approved=lambda _step: yes, is_current=lambda _step: current)
