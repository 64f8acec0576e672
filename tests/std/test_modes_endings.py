"""Law: a run that nobody could go on with after a denied call says that it was denied, and what was."""

from pathlib import Path
from typing import Any

from llmos_core.errors import NoModelError
from llmos_core.types.decision import ALLOW, Decision, Verdict
from worlds.kernel import World
from worlds.programs import model_of


class DenyPuts:
    def check(self, action: Any) -> Verdict:
        return ALLOW if action.call.tool != "Put" else Verdict(decision=Decision.DENY, reason="not on my shelf")


class GivesUp:
    """Makes one call, then will not take the goal any more, as the built-in planner does."""

    def __init__(self) -> None:
        self._model = model_of([("Put", {"name": "a", "text": "x"})])
        self._asked = 0

    def ready(self) -> str:
        return ""

    def quote(self, request: Any) -> Any:
        return self._model.quote(request)

    def complete(self, request: Any, on_text: Any) -> Any:
        self._asked += 1
        if self._asked > 1:
            raise NoModelError("this goal is beyond me")
        return self._model.complete(request, on_text)


def test_a_denial_is_not_hidden_by_a_model_that_gives_up(tmp_path: Path) -> None:
    world = World(tmp_path)
    result = world.run("put x on a", GivesUp(), parts={"gates": (DenyPuts(),)})
    assert (result.status, world.shelf.log) == ("denied", [])
    assert "not on my shelf" in result.reason
    assert "beyond me" in result.reason


def test_a_model_that_gives_up_without_a_denial_has_failed(tmp_path: Path) -> None:
    world = World(tmp_path)
    provider = GivesUp()
    provider._asked = 1
    assert world.run("put x on a", provider).status == "failed"
