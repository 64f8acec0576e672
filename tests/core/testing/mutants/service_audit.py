"""Audits that are right, and audits with one fault each; each writes lines into one file."""

from typing import Any, ClassVar

from hypothesis import settings

from llmos_core.errors import StorageError
from llmos_core.protocols.context import PluginContext
from llmos_core.testing import service_suite
from llmos_core.types.decision import Decision


class Reference:
    """Appends one line a record."""

    def __init__(self, context: PluginContext) -> None:
        self.path = context.paths.user_state / "audit.txt"

    def decided(self, run_id: str, *, index: int, verdict: Any, **_facts: Any) -> None:
        self.write(f"{run_id} {index} {verdict.decision}")

    def ended(self, run_id: str, step: Any, *, at: str) -> None:
        self.write(f"{run_id} {step.index} {step.result.status} {at}")

    def write(self, line: str) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")
        except OSError as error:
            raise StorageError(str(error)) from error


class ChokesOnDenials(Reference):
    def decided(self, run_id: str, *, index: int, verdict: Any, **facts: Any) -> None:
        if verdict.decision is Decision.DENY:
            raise StorageError("denials are not foreseen")
        super().decided(run_id, index=index, verdict=verdict, **facts)


class ChokesOnErrors(Reference):
    def ended(self, run_id: str, step: Any, *, at: str) -> None:
        if not step.is_ok:
            raise StorageError("only what went well ends")
        super().ended(run_id, step, at=at)


class WritesLater(Reference):
    """Tries whether it could write, but writes only in the end."""

    def write(self, line: str) -> None:
        if self.path.parent.is_file():
            raise StorageError(line)


class SwallowsWhatItCannotKeep(Reference):
    def write(self, line: str) -> None:
        try:
            super().write(line)
        except StorageError:
            return


class ForbidsASecondWriter(Reference):
    owner: ClassVar[dict[str, Reference]] = {}

    def write(self, line: str) -> None:
        if self.owner.setdefault(str(self.path), self) is not self:
            raise StorageError("somebody else is writing")
        super().write(line)


RIGHT = (Reference,)

MUTANTS: dict[Any, str] = {
    ChokesOnDenials: "test_every_decision_can_be_recorded",
    ChokesOnErrors: "test_every_end_can_be_recorded",
    WritesLater: "test_a_decision_is_kept_when_it_returns",
    SwallowsWhatItCannotKeep: "test_what_cannot_be_kept_is_refused",
    ForbidsASecondWriter: "test_several_processes_record_at_once",
}


def suite(made: Any, bounds: settings) -> type:
    return service_suite(made, "audit", bounds=bounds)
