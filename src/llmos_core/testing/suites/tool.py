"""The laws of a Tool: it describes itself, answers in JSON, and changes no more than the effect it declares."""

import copy
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import settings

from llmos_core import aio
from llmos_core.protocols.acting import Tool, ToolContext
from llmos_core.testing.building import USUAL, make_suite
from llmos_core.testing.records import json_objects, json_values
from llmos_core.testing.suites.cancelling import outcome_of_cancelling
from llmos_core.types.json import JsonObject, canonical_json, text_digest
from llmos_core.types.tools import Effect

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}\Z")

Prepare = Callable[[Path], object]


def tool_suite(
    factory: Callable[[], Tool],
    example_arguments: JsonObject,
    *,
    prepare: Prepare | None = None,
    bounds: settings = USUAL,
) -> type:
    """Return the laws for the tools that `factory` makes.

    `example_arguments` must be a call that works in an empty folder, after `prepare(folder)` has put there what it
    needs. No other call is ever made: a tool may do anything.
    """
    scene = _Scene(dict(example_arguments), prepare)
    draws = {"arguments": json_objects(), "content": json_values()}
    return make_suite(ToolLaws, draws=draws, bounds=bounds, factory=staticmethod(factory), scene=scene)


class ToolLaws:
    """What every tool must do; calls are made in a new prepared folder each."""

    factory: Callable[[], Tool]
    scene: "_Scene"

    def test_the_face_is_complete_and_constant(self) -> None:
        """Else models cannot use it, or traces stop matching it.

        `spec` is always equal: a name of letters, digits, _ and -, a description, and a JSON Schema of an object.
        """
        from jsonschema import Draft202012Validator

        tool = self.factory()
        assert tool.spec == tool.spec == self.factory().spec
        assert _NAME.match(tool.spec.name), f"{tool.spec.name!r} is no name that models accept"
        assert tool.spec.description.strip(), "a tool without a description"
        assert tool.spec.parameters.get("type") == "object", "the parameters must be a JSON Schema of an object"
        Draft202012Validator.check_schema(dict(tool.spec.parameters))

    def test_the_example_satisfies_the_schema(self) -> None:
        """Else the tool is never called as you think. Mend the schema, or the example that you gave to this suite."""
        from jsonschema import Draft202012Validator

        Draft202012Validator(dict(self.factory().spec.parameters)).validate(self.scene.arguments)

    def test_the_answer_is_json(self) -> None:
        """Else nothing of it can be recorded. Return texts, numbers, booleans, None, and lists and objects of these."""
        with self.scene.opened() as context:
            canonical_json(_call(self.factory(), self.scene.arguments, context))

    def test_the_arguments_are_left_alone(self) -> None:
        """Else another call is recorded than the one that was made. Copy arguments before you change them."""
        given_arguments = self.scene.arguments
        with self.scene.opened() as context:
            _call(self.factory(), given_arguments, context)
        assert given_arguments == self.scene.arguments

    def test_a_call_that_only_looks_changes_nothing(self) -> None:
        """Else calls happen unasked that change things. Declare the effect that the call really has."""
        tool = self.factory()
        with self.scene.opened() as context:
            before = _snapshot(context.workspace)
            _call(tool, self.scene.arguments, context)
            assert not _effect(tool, self.scene.arguments).is_safe or _snapshot(context.workspace) == before

    def test_a_call_that_may_repeat_leaves_the_same_when_repeated(self) -> None:
        """Else a resumed run does it twice. What may not be repeated is reversible, irreversible or unknown."""
        tool = self.factory()
        if not _effect(tool, self.scene.arguments).may_repeat:
            return
        with self.scene.opened() as context:
            _call(tool, self.scene.arguments, context)
            once = _snapshot(context.workspace)
            _call(tool, self.scene.arguments, context)
            assert _snapshot(context.workspace) == once

    def test_probing_sees_the_same_twice_and_touches_nothing(self) -> None:
        """Else checks find changes that are none. `probe` only looks, and leaves times and the like out."""
        probe: Any = getattr(self.factory(), "probe", None)
        if probe is None:
            return
        with self.scene.opened() as context:
            before = _snapshot(context.workspace)
            first, second = probe(self.scene.arguments, context), probe(self.scene.arguments, context)
            assert canonical_json(first) == canonical_json(second)
            assert _snapshot(context.workspace) == before

    def test_any_arguments_have_an_effect(self, arguments: dict[str, Any]) -> None:
        """Else a gate judges the wrong thing. `effect_of` returns an Effect for any object, UNKNOWN when in doubt."""
        judge: Any = getattr(self.factory(), "effect_of", None)
        assert judge is None or isinstance(judge(arguments), Effect)

    def test_generalising_twice_is_generalising_once(self, content: Any) -> None:
        """Else equal results differ after all. What `generalise` puts in must not be generalised again."""
        generalise: Any = getattr(self.factory(), "generalise", None)
        if generalise is not None:
            once = generalise(content)
            assert canonical_json(generalise(once)) == canonical_json(once)

    def test_any_content_is_judged_failed_or_not(self, content: Any) -> None:
        """Else a result has no status. `is_failure` returns True or False for any JSON, also what you never return."""
        judge: Any = getattr(self.factory(), "is_failure", None)
        assert judge is None or isinstance(judge(content), bool)

    def test_nothing_beside_the_workspace_changes(self) -> None:
        """Else the user's other files are at risk. Write below `context.workspace` only."""
        with self.scene.opened() as context:
            beside = context.workspace.parent
            before = _beside(context.workspace)
            _call(self.factory(), self.scene.arguments, context)
            assert _beside(context.workspace) == before, f"something changed in {beside}"

    def test_a_cancelled_call_stops(self) -> None:
        """Else limits and Ctrl-C do not stop it. Never catch CancelledError without raising it again."""
        with self.scene.opened() as context:
            problem = outcome_of_cancelling(self.factory().call, self.scene.arguments, context)
        assert problem == "", problem


class _Scene:
    """Makes a fresh prepared workspace for every call."""

    def __init__(self, arguments: dict[str, Any], prepare: Prepare | None) -> None:
        self._arguments = arguments
        self._prepare = prepare

    @property
    def arguments(self) -> dict[str, Any]:
        """A fresh copy each time, so that a tool that changes its arguments spoils only its own call."""
        return copy.deepcopy(self._arguments)

    @contextmanager
    def opened(self) -> Iterator[ToolContext]:
        with tempfile.TemporaryDirectory() as folder:
            workspace = Path(folder).resolve() / "workspace"
            workspace.mkdir()
            if self._prepare is not None:
                self._prepare(workspace)
            yield ToolContext(workspace=workspace, run_id="suite", timeout_s=30.0, environ={})


def _call(tool: Tool, arguments: dict[str, Any], context: ToolContext) -> Any:
    return aio.run(aio.call(tool.call, arguments, context))


def _effect(tool: Tool, arguments: dict[str, Any]) -> Effect:
    judge: Any = getattr(tool, "effect_of", None)
    effect: Effect = tool.spec.effect if judge is None else judge(arguments)
    return effect


def _beside(workspace: Path) -> dict[str, str]:
    """Return what there is beside the workspace, as `_snapshot` does."""
    return {path: seen for path, seen in _snapshot(workspace.parent).items() if not path.startswith(workspace.name)}


def _snapshot(workspace: Path) -> dict[str, str]:
    """Return every path of the workspace with the digest of its content ("dir" for a folder)."""
    return {
        str(path.relative_to(workspace)): text_digest(path.read_bytes().hex()) if path.is_file() else "dir"
        for path in sorted(workspace.rglob("*"))
    }
