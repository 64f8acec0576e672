"""Law: what an interrupted run did is known to the next one, whatever keeps a run in between from going on with it."""

from pathlib import Path
from typing import Any

import pytest

from llmos_core.errors import LlmosError, StorageError, UnknownOutcomeError, UsageError
from llmos_core.runtime import dispatcher
from llmos_std.journal.journal import SqliteJournal
from worlds.kernel import Absent, World
from worlds.programs import Call, model_of
from worlds.shelf import Shelf

GOAL = "post what stands on the shelf"
PROGRAM: list[Call] = [("Get", {"name": "a"}), ("Post", {"text": "x"}), ("Put", {"name": "b", "text": "y"})]


class Died(BaseException):
    """The process is gone."""


class Withholding:
    """The real journal, without one of its methods."""

    def __init__(self, journal: SqliteJournal, name: str) -> None:
        self._journal, self._name = journal, name

    def __getattr__(self, name: str) -> Any:
        if name == self._name:
            raise AttributeError(name)
        return getattr(self._journal, name)


class Scene:
    """A run that died while its letter was posted, so that nobody knows whether it was."""

    def __init__(self, folder: Path) -> None:
        self.world, self.folder = World(folder, Shelf(a="x")), folder / "workspace" / ".llmos" / "state"

        def die(tool: str, _arguments: Any) -> None:
            if tool == "Post":
                raise Died

        self.world.shelf.before_call = die
        with pytest.raises(Died):
            self.run(model_of(PROGRAM))
        self.world.shelf.before_call = lambda *_: None

    def run(self, provider: Any, *, without: str = "", lives_on: SqliteJournal | None = None, **options: Any) -> Any:
        journal = lives_on or SqliteJournal(self.folder)
        try:
            given = Withholding(journal, without) if without else journal
            return self.world.run(GOAL, provider, parts={"journal": given}, max_turns=20, **options)
        finally:
            if lives_on is None:
                journal.close()

    @property
    def posted(self) -> list[str]:
        return self.world.shelf.posted


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def test_a_model_that_cannot_go_on_leaves_the_question_to_a_person(scene: Scene) -> None:
    stuck = scene.run(Absent())
    assert stuck.status == "partial"
    assert "--happened yes or --happened no" in stuck.reason
    assert "interrupted" not in stuck.reason


@pytest.mark.spec("RP-051", "RP-054")
@pytest.mark.parametrize("happened", [True, False])
@pytest.mark.parametrize("is_learned", [True, False])
def test_a_word_settles_a_call_whose_line_went_dead_as_it_does_one_of_a_dead_run(
    tmp_path: Path, is_learned: bool, happened: bool
) -> None:
    world = World(tmp_path, Shelf(a="x"))
    if is_learned:
        world.run(GOAL, model_of(PROGRAM), max_turns=20)
        world.shelf = Shelf(a="x")

    def die(tool: str, _arguments: Any) -> None:
        if tool == "Post":
            raise UnknownOutcomeError("the line is dead")

    world.shelf.before_call = die
    for _ in range(2):
        stuck = world.run(GOAL, model_of(PROGRAM), max_turns=20)
        assert (stuck.status, "--happened yes" in stuck.reason) == ("partial", True)
    world.shelf.before_call = lambda *_: None
    assert world.run(GOAL, model_of(PROGRAM), max_turns=20, happened=happened).status == "succeeded"
    assert world.shelf.posted == ([] if happened else ["x"])


def test_one_word_does_not_answer_for_two_calls(tmp_path: Path) -> None:
    world = World(tmp_path, Shelf())

    def die(_tool: str, _arguments: Any) -> None:
        raise UnknownOutcomeError("the line is dead")

    world.shelf.before_call = die
    program: list[Call] = [("Post", {"text": "one"}), ("Post", {"text": "two"})]
    assert world.run(GOAL, model_of(program), max_turns=20).status == "partial"
    with pytest.raises(UsageError, match=r"2 calls.*one.*two.*--fresh"):
        world.run(GOAL, model_of(program), max_turns=20, happened=True)


def test_a_journal_that_cannot_amend_serves_every_run_but_one_that_is_told_what_happened(scene: Scene) -> None:
    stuck = scene.run(model_of(PROGRAM), without="amend")
    assert (stuck.status, scene.posted) == ("partial", [])
    with pytest.raises(UsageError, match=r"cannot keep what you found.*--fresh"):
        scene.run(model_of(PROGRAM), without="amend", happened=True)
    assert scene.run(model_of(PROGRAM), without="amend").status == "partial", "it was forgotten"
    assert scene.run(model_of(PROGRAM), without="amend", fresh=True).status == "succeeded"
    assert scene.posted == ["x"]


@pytest.mark.spec("RP-051")
@pytest.mark.parametrize("error", [StorageError("the disk is full"), Died()])
@pytest.mark.parametrize("at", ["looked_at", "has_read_untrusted", "transcript_of"])
@pytest.mark.parametrize("is_one_process", [True, False])
def test_a_run_that_could_not_go_on_leaves_what_it_knew_to_the_next(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, at: str, error: BaseException, *, is_one_process: bool
) -> None:
    journal = SqliteJournal(scene.folder) if is_one_process else None

    def fail(*_arguments: Any, **_options: Any) -> Any:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(dispatcher, at, fail)
        with pytest.raises(type(error)):
            scene.run(model_of(PROGRAM), lives_on=journal, happened=False if at == "looked_at" else None)
    assert scene.run(model_of(PROGRAM), lives_on=journal).status == "partial"
    assert scene.posted == []
    assert scene.run(model_of(PROGRAM), lives_on=journal, happened=False).status == "succeeded"
    assert scene.posted == ["x"]
    if journal is not None:
        journal.close()


@pytest.mark.spec("RP-051")
@pytest.mark.parametrize("name", ["claim", "begin", "episode"])
def test_a_journal_that_fails_while_a_run_is_taken_up_loses_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    original = getattr(SqliteJournal, name)

    def fail(self: SqliteJournal, *arguments: Any, **options: Any) -> Any:
        if name != "begin":
            original(self, *arguments, **options)
        raise StorageError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(SqliteJournal, name, fail)
        with pytest.raises(LlmosError):
            scene.run(Absent())
    assert scene.run(model_of(PROGRAM)).status == "partial"
    assert scene.posted == []
