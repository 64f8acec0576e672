"""Observers that are right, and observers with one fault each."""

import sys
from typing import Any

from hypothesis import settings

from llmos_core.testing import observer_suite
from llmos_core.testing.fakes import RecordingObserver
from llmos_core.types.model import Event


class AsyncReference(RecordingObserver):
    async def see(self, event: Event) -> None:
        super().see(event)


class Complains(RecordingObserver):
    def see(self, event: Event) -> None:
        sys.stderr.write(event.kind)


class KnowsOnlyTodaysKinds(RecordingObserver):
    def see(self, event: Event) -> None:
        {"run_started": 1, "text": 2, "step_ended": 3, "model_call_ended": 4, "run_ended": 5, "low_battery": 6}[
            event.kind
        ]


class WritesIntoEvents(RecordingObserver):
    def see(self, event: Event) -> None:
        event.data["seen"] = True


class Answers(RecordingObserver):
    def see(self, event: Event) -> Any:
        super().see(event)
        return "seen"


class Prints(RecordingObserver):
    def see(self, event: Event) -> None:
        sys.stdout.write(event.kind)


RIGHT = (RecordingObserver, AsyncReference, Complains)

MUTANTS: dict[Any, str] = {
    KnowsOnlyTodaysKinds: "test_every_event_is_taken",
    WritesIntoEvents: "test_events_are_left_alone",
    Answers: "test_nothing_is_answered",
    Prints: "test_standard_output_stays_clean",
}


def suite(made: Any, bounds: settings) -> type:
    return observer_suite(made, bounds=bounds)
