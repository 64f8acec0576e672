"""Snapshots that are right, and snapshots with one fault each; they copy files into the workspace's own folder."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import settings

from llmos_core.errors import StorageError
from llmos_core.protocols.context import PluginContext
from llmos_core.testing import service_suite


class Reference:
    """Copies what is to be kept, and writes down what was not there."""

    def __init__(self, context: PluginContext) -> None:
        self.workspace = context.paths.workspace
        self.folder = context.paths.state / "kept"

    def can_keep(self) -> bool:
        return True

    def keep(self, run_id: str, index: int, paths: Sequence[str] | None, *, at: str) -> None:
        found = [self.inside(path) for path in (self.everything() if paths is None else paths)]
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for path in found:
                copy = self.folder / f"{run_id}-{index}-{at[:4]}-{path.name}"
                copy.write_bytes(path.read_bytes() if path.is_file() else b"absent")
        except OSError as error:
            raise StorageError(str(error)) from error

    def ended(self, run_id: str, index: int, *, at: str) -> None:
        """Note nothing."""

    def inside(self, path: str) -> Path:
        found = Path(os.path.normpath(self.workspace / path))
        if self.workspace not in found.parents:
            raise StorageError(f"{path} is outside")
        return found

    def everything(self) -> list[str]:
        names = (str(path.relative_to(self.workspace)) for path in self.workspace.rglob("*") if path.is_file())
        return [name for name in names if not name.startswith(".llmos")]


class FindsEverythingTooLarge(Reference):
    def can_keep(self) -> bool:
        return False


class LeavesCopiesAround(Reference):
    def ended(self, run_id: str, index: int, *, at: str) -> None:
        (self.workspace / f"{run_id}-{index}-{at[:4]}.orig").touch()


class KeepsInItsHead(Reference):
    def keep(self, run_id: str, index: int, paths: Sequence[str] | None, *, at: str) -> None:
        for path in self.everything() if paths is None else paths:
            self.inside(path)
        if self.folder.parent.parent.is_file():
            raise StorageError(f"no room for {run_id} {index} {at}")


class GoesAnywhere(Reference):
    def inside(self, path: str) -> Path:
        return Path(os.path.normpath(self.workspace / path))


class HopesForTheBest(Reference):
    def keep(self, run_id: str, index: int, paths: Sequence[str] | None, *, at: str) -> None:
        try:
            super().keep(run_id, index, paths, at=at)
        except StorageError as error:
            if "outside" in str(error):
                raise


RIGHT = (Reference,)

MUTANTS: dict[Any, str] = {
    FindsEverythingTooLarge: "test_a_small_workspace_can_be_kept",
    LeavesCopiesAround: "test_keeping_leaves_the_workspace_alone",
    KeepsInItsHead: "test_what_is_kept_is_durable_when_it_returns",
    GoesAnywhere: "test_what_is_outside_the_workspace_is_refused",
    HopesForTheBest: "test_what_cannot_be_kept_is_refused",
}


def suite(made: Any, bounds: settings) -> type:
    return service_suite(made, "snapshots", bounds=bounds)
