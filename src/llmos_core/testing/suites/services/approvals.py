"""The laws of remembered approvals: a yes counts for exactly one call, and for as long as it is kept."""

from typing import Any

from hypothesis import strategies as st

from llmos_core.testing.records import digests, lines
from llmos_core.testing.suites.services.common import ServiceLaws

AT = "2026-01-01T12:00:00+00:00"
"""When every yes is given."""


def laws_for() -> tuple[type, dict[str, Any]]:
    """Return the laws of this role and what they draw."""
    return ApprovalsLaws, {"keys": st.lists(digests(), min_size=2, max_size=4, unique=True), "summary": lines()}


class ApprovalsLaws(ServiceLaws):
    """What every memory of approvals must do."""

    def test_nothing_is_approved_before_anybody_said_so(self, keys: list[str]) -> None:
        """Else calls happen that nobody allowed. An unknown hash is a no."""
        with self.service.opened() as approvals:
            assert [key for key in keys if approvals.is_approved(key)] == []

    def test_a_yes_is_remembered(self, keys: list[str], summary: str) -> None:
        """Else the user is asked again and again. After `remember`, `is_approved` is True for that hash."""
        with self.service.opened() as approvals:
            approvals.remember(keys[0], summary=summary, at=AT)
            approvals.remember(keys[0], summary=summary, at=AT)
            assert approvals.is_approved(keys[0]) is True

    def test_a_yes_counts_for_no_other_call(self, keys: list[str], summary: str) -> None:
        """Else one yes opens the door for others. Compare whole hashes, never prefixes or summaries."""
        with self.service.opened() as approvals:
            approvals.remember(keys[0], summary=summary, at=AT)
            others = [*keys[1:], keys[0][:32], keys[0] + "0", keys[0].upper() + "X", ""]
            assert [key for key in others if approvals.is_approved(key)] == []

    def test_a_yes_outlives_the_process(self, keys: list[str], summary: str) -> None:
        """Else the ordinary second run asks again. `remember` returns only once the yes is kept durably."""
        with self.service.folder() as folder:
            with self.service.opened_in(folder) as approvals:
                approvals.remember(keys[0], summary=summary, at=AT)
            with self.service.opened_in(folder) as later:
                assert later.is_approved(keys[0]) is True
