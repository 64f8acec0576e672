"""The laws of an approver: a plain yes or no to every question, and the question is left alone."""

import copy
from typing import Any

from llmos_core import aio
from llmos_core.protocols.acting import Question
from llmos_core.testing.records import questions
from llmos_core.testing.suites.services.common import ServiceLaws


def laws_for() -> tuple[type, dict[str, Any]]:
    """Return the laws of this role and what they draw."""
    return ApproverLaws, {"question": questions()}


class ApproverLaws(ServiceLaws):
    """What every approver must do."""

    def test_every_question_is_answered_with_yes_or_no(self, question: Question) -> None:
        """Else llmos takes it for a no. Return True or False; when you cannot ask, return False."""
        with self.service.opened() as approver:
            answer = aio.run(aio.call(approver.approve, question))
        assert answer is True or answer is False, f"expected True or False, found {answer!r}"

    def test_the_question_is_left_alone(self, question: Question) -> None:
        """Else what was approved is not what happens. Copy the arguments before you change them for showing."""
        before = copy.deepcopy(question)
        with self.service.opened() as approver:
            aio.run(aio.call(approver.approve, question))
        assert question == before
