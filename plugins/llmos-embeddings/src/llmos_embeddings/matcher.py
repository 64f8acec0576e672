"""The standard cascade with one tier more: what lies nearest in meaning, as a proposal that never acts.

Nothing is loaded until no other tier has a proof. What keeps the tier from answering is said in its answer; the other
tiers go on without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core.errors import LlmosError
from llmos_core.types.decision import PROPOSAL_CAP, MatchKind, MatchReport, Rejection
from llmos_std.matching.matcher import CascadeMatcher
from llmos_std.matching.scoring import VETOED_CAP, quoted
from llmos_std.matching.tiers import TIERS, Asked, barred, vetoed, with_statistics

if TYPE_CHECKING:
    from pathlib import Path

    from llmos_core.protocols.context import PluginContext
    from llmos_embeddings.config import EmbeddingsConfig
    from llmos_embeddings.nearest import Nearest


class NearestTier:
    """T3 by meaning: the learned goals with the nearest vectors, vetoed by the same guards as those that read alike."""

    __name__ = "nearest_tier"

    def __init__(self, config: EmbeddingsConfig, state: Path) -> None:
        self._config = config
        self._state = state
        self._nearest: Nearest | None = None

    def __call__(self, asked: Asked, memory: Any) -> tuple[MatchReport | None, tuple[Rejection, ...]]:
        """Return the best proposal and what was turned away; a memory that cannot list its goals has no nearest."""
        if not hasattr(memory, "goals"):
            return MatchReport(why="this memory cannot list its goals"), ()
        try:
            found = self._opened().find(asked.goal, memory, self._config.proposals)
        except LlmosError as error:
            return MatchReport(why=str(error)), ()
        best: MatchReport | None = None
        rejected = []
        for trace, cosine in found:
            reason = barred(asked, trace)
            veto = reason or vetoed(asked, trace)
            if veto:
                rejected.append(Rejection(trace_id=trace.id, goal=trace.goal, tier="nearest", reason=veto))
            score = round(min(cosine, VETOED_CAP if veto else PROPOSAL_CAP), 3)
            if not reason and score > 0 and (best is None or score > best.score):
                why = veto or f"its meaning is near the learned goal {quoted(trace.goal)}"
                best = MatchReport(kind=MatchKind.SIMILAR, score=score, trace=trace, why=why)
        return with_statistics(best, memory), tuple(rejected)

    def _opened(self) -> Nearest:
        if self._nearest is None:
            from llmos_embeddings.model import SentenceModel, model_folder
            from llmos_embeddings.nearest import Nearest

            self._nearest = Nearest(self._state, SentenceModel(model_folder(self._config.model)))
        return self._nearest


def open_matcher(context: PluginContext) -> CascadeMatcher:
    """Return the standard matcher with the tier behind its others; nothing is loaded yet."""
    return CascadeMatcher((*TIERS, NearestTier(context.section("embeddings"), context.paths.state)))
