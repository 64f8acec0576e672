"""Memories of approvals that are right, and some with one fault each; what they keep is a set per folder."""

from typing import Any

from hypothesis import settings

from llmos_core.protocols.context import PluginContext
from llmos_core.testing import service_suite

KEPT: dict[str, set[str]] = {}
"""What was remembered, by folder: this stands for the disk."""


class Reference:
    def __init__(self, context: PluginContext) -> None:
        self.kept = KEPT.setdefault(str(context.paths.user_state), set())

    def is_approved(self, action_hash: str) -> bool:
        return action_hash in self.kept

    def remember(self, action_hash: str, *, summary: str, at: str) -> None:
        self.kept.add(action_hash)


class TakesTheFirstForGranted(Reference):
    def is_approved(self, action_hash: str) -> bool:
        return not self.kept or super().is_approved(action_hash)


class TakesAYesBack(Reference):
    def remember(self, action_hash: str, *, summary: str, at: str) -> None:
        self.kept ^= {action_hash}


class ComparesTheBeginning(Reference):
    def is_approved(self, action_hash: str) -> bool:
        return any(kept[:32] == action_hash[:32] for kept in self.kept)


class ForgetsAtTheEnd(Reference):
    def __init__(self, _context: PluginContext) -> None:
        self.kept = set()


RIGHT = (Reference,)

MUTANTS: dict[Any, str] = {
    TakesTheFirstForGranted: "test_nothing_is_approved_before_anybody_said_so",
    TakesAYesBack: "test_a_yes_is_remembered",
    ComparesTheBeginning: "test_a_yes_counts_for_no_other_call",
    ForgetsAtTheEnd: "test_a_yes_outlives_the_process",
}


def suite(made: Any, bounds: settings) -> type:
    return service_suite(made, "approvals", bounds=bounds)
