"""Approvers that are right, and approvers with one fault each."""

from typing import Any

from hypothesis import settings

from llmos_core.protocols.acting import Question
from llmos_core.testing import service_suite


class Reference:
    """Says yes to whatever only reads."""

    def approve(self, question: Question) -> bool:
        return question.action.effect.is_safe


class AsyncReference(Reference):
    async def approve(self, question: Question) -> bool:
        return super().approve(question)


class SaysItsReason(Reference):
    def approve(self, question: Question) -> Any:
        return super().approve(question) and "it only reads"


class ShortensWhatItShows(Reference):
    def approve(self, question: Question) -> bool:
        question.action.call.arguments["content"] = "…"  # type: ignore[index]
        return super().approve(question)


RIGHT = (Reference, AsyncReference)

MUTANTS: dict[Any, str] = {
    SaysItsReason: "test_every_question_is_answered_with_yes_or_no",
    ShortensWhatItShows: "test_the_question_is_left_alone",
}


def suite(made: Any, bounds: settings) -> type:
    return service_suite(lambda _context: made(), "approver", bounds=bounds)
