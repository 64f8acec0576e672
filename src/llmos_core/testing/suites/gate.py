"""The laws of a Gate: total, deterministic, the same for every source of turns, never looser when more is at stake."""

import copy
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import settings

from llmos_core import aio
from llmos_core.protocols.acting import ActionContext, Gate
from llmos_core.testing.building import USUAL, make_suite
from llmos_core.testing.records import ORIGINS, PERMISSION_MODES, actions
from llmos_core.types.decision import Decision, Verdict
from llmos_core.types.record import evolve


def gate_suite(factory: Callable[[], Gate], *, workspace: Path | None = None, bounds: settings = USUAL) -> type:
    """Return the laws for the gates that `factory` makes; `workspace` is where the judged calls would act."""
    folder = workspace or Path(tempfile.gettempdir()) / "llmos-gate-suite"
    return make_suite(GateLaws, draws={"action": actions(folder)}, bounds=bounds, factory=staticmethod(factory))


class GateLaws:
    """What every gate must do."""

    factory: Callable[[], Gate]

    def test_every_action_gets_a_verdict(self, action: ActionContext) -> None:
        """Else the call is denied, and `llmos doctor` names your gate. Return a Verdict for any call, however odd."""
        verdict = _check(self.factory(), action)
        assert isinstance(verdict, Verdict), f"expected a Verdict, found {verdict!r}"

    def test_the_same_action_gets_the_same_verdict(self, action: ActionContext) -> None:
        """Else nobody can explain a denial. Use no clock, no chance, and no memory of earlier calls."""
        assert _verdict(self.factory(), action) == _verdict(self.factory(), action)

    def test_whoever_asks_the_verdict_is_the_same(self, action: ActionContext) -> None:
        """Else a trace may do what a model may not. Do not look at `origin`: recorded calls get no favours."""
        ranks = {_rank(self.factory(), evolve(action, origin=origin)) for origin in ORIGINS}
        assert len(ranks) == 1, "a trace, a program and a model must meet the same rules"

    def test_a_stricter_permission_mode_never_loosens(self, action: ActionContext) -> None:
        """Else choosing a stricter mode is dangerous. From yolo over accept-edits and ask to plan, only tighten."""
        ranks = [_rank(self.factory(), evolve(action, permission_mode=mode)) for mode in PERMISSION_MODES]
        assert ranks == sorted(ranks), f"from {', '.join(PERMISSION_MODES)} the verdicts rank {ranks}"

    def test_untrusted_text_never_loosens(self, action: ActionContext) -> None:
        """Else text from a web page opens doors. With `is_tainted` answer the same, or stricter."""
        clean, tainted = (_rank(self.factory(), evolve(action, is_tainted=taint)) for taint in (False, True))
        assert clean <= tainted, f"clean it ranks {clean}, tainted {tainted} (0 allow, 1 ask, 2 deny)"

    def test_asking_and_denying_give_a_reason(self, action: ActionContext) -> None:
        """Else the user cannot decide. ASK and DENY come with one sentence in `reason`."""
        verdict = _verdict(self.factory(), action)
        if verdict and verdict.decision is not Decision.ALLOW:
            assert verdict.reason.strip(), f"{verdict.decision.value} without a reason"

    def test_the_action_is_left_alone(self, action: ActionContext) -> None:
        """Else another call happens than the one that was judged. Copy arguments before you change them."""
        before = copy.deepcopy(action)
        _verdict(self.factory(), action)
        assert action == before


def _check(gate: Gate, action: ActionContext) -> Any:
    return aio.run(aio.call(gate.check, action))


def _verdict(gate: Gate, action: ActionContext) -> Verdict | None:
    """Return the verdict; None when there is none, which is for the first law alone to judge."""
    try:
        verdict = _check(gate, action)
    except Exception:  # noqa: BLE001 – judged by test_every_action_gets_a_verdict
        return None
    return verdict if isinstance(verdict, Verdict) else None


def _rank(gate: Gate, action: ActionContext) -> int:
    verdict = _verdict(gate, action)
    return Decision.DENY.rank if verdict is None else verdict.decision.rank
