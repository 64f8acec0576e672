"""Sandboxes that are right, and sandboxes with one fault each; those that confine do so by refusing."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import settings

from llmos_core.errors import ToolError
from llmos_core.protocols.context import PluginContext
from llmos_core.protocols.guarding import UNCONFINED, Launch
from llmos_core.testing import service_suite


class Reference:
    """Confines nothing, and says so."""

    tier: str = UNCONFINED
    is_confining: Any = False

    def __init__(self, _context: PluginContext) -> None:
        """Take nothing from the context."""

    @contextmanager
    def open_launch(
        self, arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str]
    ) -> Iterator[Launch]:
        assert folder.is_dir()
        yield Launch(arguments=tuple(arguments), environment=self.environment(environment))

    def environment(self, given: Mapping[str, str]) -> dict[str, str]:
        return dict(given)


class Refusing(Reference):
    """Claims to confine, and starts nothing whose text holds one of these words."""

    tier, is_confining = "refusing", True
    words: tuple[str, ...] = ("outside", "socket")

    @contextmanager
    def open_launch(
        self, arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str]
    ) -> Iterator[Launch]:
        if any(word in argument for argument in arguments for word in self.words):
            raise ToolError("this is not started here")
        with super().open_launch(arguments, folder=folder, environment=environment) as launch:
            yield launch


class ChangesItsName(Reference):
    looks = 0

    @property
    def tier(self) -> str:  # type: ignore[override]
        self.looks += 1
        return f"tier-{self.looks}"


class ConfinesByNothing(Refusing):
    tier = UNCONFINED


class StartsNothing(Reference):
    @contextmanager
    def open_launch(
        self, arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str]
    ) -> Iterator[Launch]:
        with super().open_launch(("/bin/sh", "-c", "exit 0", *arguments), folder=folder, environment=environment) as it:
            yield it


class HandsOnItsEnvironment(Reference):
    def environment(self, given: Mapping[str, str]) -> dict[str, str]:
        return {**os.environ, **given}


class LetsWrite(Refusing):
    words = ("socket",)


class LetsConnect(Refusing):
    words = ("outside",)


RIGHT = (Reference, Refusing)

MUTANTS: dict[Any, str] = {
    ChangesItsName: "test_its_tier_has_a_name_and_does_not_change",
    ConfinesByNothing: "test_it_says_plainly_whether_it_confines",
    StartsNothing: "test_a_program_runs_in_the_workspace",
    HandsOnItsEnvironment: "test_it_hands_on_no_environment_of_its_own",
    LetsWrite: "test_what_confines_lets_no_program_write_elsewhere",
    LetsConnect: "test_what_confines_lets_no_program_reach_a_network",
}


def suite(made: Any, bounds: settings) -> type:
    return service_suite(made, "sandbox", bounds=bounds)
