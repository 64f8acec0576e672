"""Answer "have I done this?" by asking tier after tier until one has a proof.

A proof is the same goal, the same task in other words, or a template with the same values; all else are proposals whose
score stays under every FOLLOWER line. The tiers are plain functions in order: more can be put between them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core.types.decision import MatchReport
from llmos_core.types.record import evolve
from llmos_core.types.task import context_of
from llmos_std.matching.text import signature
from llmos_std.matching.tiers import TIERS, Asked

if TYPE_CHECKING:
    from llmos_core.protocols.context import PluginContext
    from llmos_core.protocols.storing import MemoryBackend
    from llmos_core.types.decision import Rejection
    from llmos_core.types.task import TaskBlock
    from llmos_std.matching.tiers import Tier

__all__ = ["CascadeMatcher", "context_of", "open_matcher"]


class CascadeMatcher:
    """The standard matcher: exact, frame, template, then similar goals."""

    version = "7"

    def __init__(self, tiers: tuple[Tier, ...] = TIERS) -> None:
        self._tiers = tiers

    def signature(self, goal: str) -> str:
        """Return the first of `keys` without computing the others."""
        return signature(goal)

    def keys(self, goal: str) -> tuple[str, ...]:
        """Return "exact:…" and, where the goal reads so, "frame:…", "template:…" and "shape:…"."""
        from llmos_std.matching.keys import reading_keys

        return (signature(goal), *reading_keys(goal))

    def match(self, task: TaskBlock, memory: MemoryBackend) -> MatchReport:
        """Return the first proof, else the best proposal; `rejected` holds each trace that was turned away, once."""
        asked = Asked(task)
        best: MatchReport | None = None
        rejected: dict[str, Rejection] = {}
        for tier in self._tiers:
            report, turned_away = tier(asked, memory)
            for rejection in turned_away:
                rejected.setdefault(rejection.trace_id, rejection)
            if report is not None and (best is None or report.is_proof or report.score > best.score):
                best = report
            if best is not None and best.is_proof:
                break
        return _with_rejected(best or MatchReport(), tuple(rejected.values()))

    def explain(self, task: TaskBlock, memory: MemoryBackend) -> tuple[tuple[str, MatchReport], ...]:
        """Return the name of every tier with what it says on its own, proof or not, in the order of the cascade."""
        asked = Asked(task)
        said = []
        for tier in self._tiers:
            report, turned_away = tier(asked, memory)
            name = getattr(tier, "__name__", type(tier).__name__).removesuffix("_tier")
            said.append((name, _with_rejected(report or MatchReport(why="nothing"), turned_away)))
        return tuple(said)


def _with_rejected(report: MatchReport, rejected: tuple[Rejection, ...]) -> MatchReport:
    if not rejected:
        return report

    why = report.why if report.trace is not None else f"nothing learned fits: {rejected[0].reason}"
    return evolve(report, rejected=rejected, why=why)


def open_matcher(_context: PluginContext) -> CascadeMatcher:
    """Make the standard matcher."""
    return CascadeMatcher()
