"""Law: the code of a program does what its interpreter does, on every run behind it and on values never seen.

Each mutant changes the code in one place; the generated tests find every one of them.
"""

import ast
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmos_core import aio
from llmos_core.errors import UsageError
from llmos_core.types.record import evolve
from llmos_core.types.task import TaskBlock
from llmos_core.types.trace import Statistics
from llmos_core.types.transcript import Exchange, Origin, Transcript, Turn
from llmos_std.compiling.bound_source import CompiledProgram
from llmos_std.compiling.compiler import Compiler
from llmos_std.compiling.loading import load
from llmos_std.compiling.programs import evidence_of, id_of, prove_program, recorded_world, source_for
from llmos_std.compiling.promotions import Promotions
from llmos_std.compiling.proving import Stage, rehearse
from llmos_std.journal.journal import SqliteJournal
from llmos_std.learning.deciding import Fit
from llmos_std.learning.generalising import BoundProgram, Generaliser
from llmos_std.learning.source import ProgramSource
from worlds.kernel import World
from worlds.programs import model_of
from worlds.shelf import Shelf

NOTES = {"ada": "red", "bob": "green", "cyd": "blue", "dan": "black", "eve": "white"}
UNPROVEN = Statistics()


class Scene:
    """A shelf on which the note of each of these names was put down for another, and what that taught."""

    def __init__(self, folder: Path, notes: dict[str, str]) -> None:
        self.world = World(folder, Shelf(**notes))
        for name, text in notes.items():
            goal = f"copy the note {name} to copy-{name}"
            first, second = ("Get", {"name": name}), ("Put", {"name": f"copy-{name}", "text": text})
            third = (
                "Put",
                {"name": f"last-{name}", "text": text},
            )  # else the end would be looked at by the interpreter alone
            run = self.world.run(goal, model_of([first, second, third]), max_turns=20, mode="LEARNER")
            assert run.status == "succeeded"
        self.journal = SqliteJournal(folder / "workspace" / ".llmos" / "state")
        self.tools = {tool.spec.name: tool for tool in self.world.shelf.tools()}
        task = TaskBlock(goal=f"copy the note {min(notes)} to copy-{min(notes)}")
        found = Generaliser().behind(task, self.world.memory, self.journal)
        assert not isinstance(found, str), found
        self.program, self.traces = found
        self.trace = self.traces[self.program.first.run.id]
        self.source = source_for(self.program, self.trace)

    def failures(self, source: str) -> tuple[str, ...]:
        runs = evidence_of(self.program, self.traces, self.journal)
        assert len(runs) == len(self.program.examples)
        proof = aio.run(prove_program(self.program, self.trace, load(source, "code"), runs, self.tools))
        assert len(proof.tests) > 10 * len(runs)
        return proof.failures

    def draft(self, folder: Path, statistics: Statistics, *, min_usage: int = 5) -> Any:
        async def open_tool(name: str) -> Any:
            return self.tools[name]

        promotions = Promotions(folder / "compiled.db", folder)
        compiler = Compiler(folder, promotions, self.world.clock, min_usage=min_usage, min_success=0.95)
        return aio.run(compiler.draft_program(self.program, self.traces, statistics, self.journal, open_tool)), compiler


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return Scene(tmp_path_factory.mktemp("scene"), NOTES)


@pytest.mark.spec("RP-080")
@settings(max_examples=8, deadline=None)
@given(
    notes=st.dictionaries(
        # no e: a note called "each" would make the goal one about many things
        st.text("abcdfgh", min_size=3, max_size=5),
        st.text("uvwxyz", min_size=3, max_size=9),
        min_size=2,
        max_size=4,
    ).filter(lambda notes: len(set(notes.values())) == len(notes))
)
def test_compiled_and_interpreted_do_the_very_same(
    notes: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    scene = Scene(tmp_path_factory.mktemp("drawn"), notes)
    assert scene.failures(scene.source) == ()


MUTANTS: dict[str, Callable[[str], str]] = {
    "another way of making a value": lambda code: code.replace('from_goal("same"', 'from_goal("upper"'),
    "another frame around it": lambda code: code.replace('framed("copy-"', 'framed("kopy-"'),
    "a version that is not looked at": lambda code: code.replace("if version !=", "if version in [] and version !="),
    "an end that is not looked at": lambda code: code.replace('.status != "ok"', '.status == "never"'),
    "an outline that is not looked at": lambda code: code.replace(
        ".outline not in [", '.outline == "never" and [] != ['
    ),
    "strangers' words that are not looked at": lambda code: code.replace(
        "if is_strange(", 'if "a" == "b" and is_strange('
    ),
    "a target that is not looked at before": lambda code: code.replace(
        "if before !=", 'if before == "never" and [] !='
    ),
    "a target that is not looked at afterwards": lambda code: code.replace("if left(", 'if "a" == "b" and left('),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_every_mutant_is_found(name: str, scene: Scene) -> None:
    mutant = MUTANTS[name](scene.source)
    assert mutant != scene.source, scene.source
    try:
        failures = scene.failures(mutant)
    except UsageError:
        return  # it is not even of the form that may run
    assert failures


@pytest.mark.spec("RP-080")
def test_the_same_runs_give_the_same_bytes_in_any_order(scene: Scene, tmp_path: Path) -> None:
    again = Scene(tmp_path, dict(reversed(NOTES.items())))
    assert [one.run.goal for one in again.program.examples] == [one.run.goal for one in scene.program.examples]
    (function,) = (node for node in ast.parse(scene.source).body if isinstance(node, ast.AsyncFunctionDef))
    assert function.name == "copy_the_note_name_to_name_2"
    assert [one.arg for one in function.args.args + function.args.kwonlyargs] == [
        *("call", "name", "name_2", "goal", "today")
    ]
    assert max(map(len, scene.source.splitlines())) <= 120
    assert id_of(scene.source) == id_of(source_for(scene.program, scene.trace))


@pytest.mark.spec("RP-081")
def test_too_few_runs_or_a_failed_use_stand_in_the_way_of_promotion(scene: Scene, tmp_path: Path) -> None:
    draft, _ = scene.draft(tmp_path, UNPROVEN, min_usage=6)
    assert "5 runs prove it, 6 are needed" in draft.obstacle
    draft, _ = scene.draft(tmp_path, Statistics(uses=1, failures=1))
    assert "1 of its uses failed" in draft.obstacle
    draft, compiler = scene.draft(tmp_path, UNPROVEN)
    assert (draft.obstacle, draft.failures) == ("", ())
    compiler.promote(scene.trace, draft)
    assert not isinstance(compiler.found(draft.key), str)


@pytest.mark.spec("RP-081")
def test_what_has_no_form_in_code_is_never_run_as_code(scene: Scene, tmp_path: Path) -> None:
    draft, compiler = scene.draft(tmp_path, UNPROVEN)
    compiler.promote(scene.trace, draft)
    example = scene.program.examples[0]
    alignment = scene.program.first.same_wording(example.goal)
    assert alignment is not None
    bound = BoundProgram(
        fit=Fit(program=scene.program, alignment=alignment, goal=example.goal), today="2026-01-01", evidence=5
    )
    assert not isinstance(compiler.find_program(bound, scene.trace), str)
    anything: Any = object()
    for more in (
        {"condition": anything},
        {"given": {}},
        {"stand_ins": {0: scene.trace.steps[0]}},
        {"fit": evolve(bound.fit, each=anything)},
    ):
        assert compiler.find_program(evolve(bound, **more), scene.trace) == "", more


@pytest.mark.spec("RP-119")
def test_code_puts_no_more_of_strangers_words_into_an_effect_than_its_interpreter(tmp_path: Path) -> None:
    scene = Scene(tmp_path, NOTES)
    scene.tools["Get"].reads_untrusted = True
    found = scene.failures(scene.source)
    assert len(found) == len(NOTES)
    assert all("golden replay" in one and "only what strangers have written" in one for one in found)


@pytest.mark.spec("RP-080")
def test_a_program_that_comes_to_its_answer_is_rehearsed_too(tmp_path: Path) -> None:
    world = World(tmp_path)
    for name, text in zip(NOTES, ("first", "second", "third", "fourth", "fifth"), strict=True):
        put = ("Put", {"name": name, "text": text})
        world.run(f"put the word {text} on the note {name}", model_of([put]), max_turns=20, mode="LEARNER")
    journal = SqliteJournal(tmp_path / "workspace" / ".llmos" / "state")
    task = TaskBlock(goal="put the word first on the note ada")
    program, traces = Generaliser().behind(task, world.memory, journal)  # type: ignore[misc]
    trace = traces[program.first.run.id]
    tools = {tool.spec.name: tool for tool in world.shelf.tools()}
    function, runs = load(source_for(program, trace), "code"), evidence_of(program, traces, journal)
    proof = aio.run(prove_program(program, trace, function, runs, tools))
    assert proof.failures == ()
    assert len(proof.tests) > 10 * len(runs)


@pytest.mark.spec("RP-050", "RP-080")
@pytest.mark.parametrize("astray", [None, 0, 1, 2])
@pytest.mark.parametrize("done", [1, 2, 3, 4])
def test_code_and_interpreter_go_on_alike_from_what_an_interrupted_run_did(
    scene: Scene, done: int, astray: int | None
) -> None:
    function = load(scene.source, "code")
    for run in evidence_of(scene.program, scene.traces, scene.journal):
        alignment, goal = scene.program.first.same_wording(run.example.goal), run.example.goal
        world = recorded_world(scene.program, scene.trace, run)
        assert alignment is not None
        assert world is not None
        ends = list(world.ends)
        if astray is not None:
            other = {**ends[astray].call.arguments, "name": "somebody-else"}
            ends[astray] = evolve(ends[astray], call=evolve(ends[astray].call, arguments=other))
        transcript = Transcript(goal=goal.text)
        for index, step in enumerate([*ends, ends[-1]][:done]):
            told = Exchange(turn=Turn(origin=Origin.JOURNAL, calls=(step.call,)), steps=(evolve(step, index=index),))
            transcript = transcript.plus(told)
        fit = Fit(program=scene.program, alignment=alignment, goal=goal)
        bound, stage = BoundProgram(fit=fit, today="", evidence=5), Stage(world, scene.tools)
        context: Any = stage
        compiled = aio.run(rehearse(stage, CompiledProgram(context, bound, scene.trace, function), transcript))
        assert compiled == aio.run(rehearse(stage, ProgramSource(context, bound, scene.trace), transcript))
        is_own = done <= len(ends) and (astray is None or astray >= done)
        assert (getattr(compiled.end, "kind", "") == "transcript") is not is_own


def test_what_is_no_value_of_a_goal_has_no_form(scene: Scene) -> None:
    from llmos_std.compiling.slots import _explanation

    for key, why in ((("oracle", 1), "oracle"), (("said", "Put", ("text",)), "words of the goal")):
        with pytest.raises(UsageError, match=f"{why}.* has no form in code"):
            _explanation(key, [])


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (("step",), "value_step"),
        (("done_1",), "value_done_1"),
        (("to", "Step 2"), "value_step_2"),
        (("stepping",), "stepping"),
        (("class",), "value_class"),
        (("日本",), "value"),
    ],
)
def test_no_value_is_called_like_a_step(path: Any, name: str) -> None:
    from llmos_std.compiling.slots import _plain

    assert _plain(path) == name


def test_an_argument_called_like_a_step_is_one_value_in_code_and_interpreter(tmp_path: Path) -> None:
    class Stepping(Shelf):
        def tools(self) -> Any:
            made = super().tools()
            for tool in made:
                tool.spec = evolve(tool.spec, parameters=renamed(tool.spec.parameters))
                tool.probe = None  # type: ignore[assignment, method-assign]
                tool.call = partial(self.renamed_call, tool.call)  # type: ignore[method-assign]
            return made

        def renamed_call(self, call: Any, arguments: Any, context: Any) -> Any:
            return call({NAMES_OF.get(key, key): value for key, value in arguments.items()}, context)

    world = World(tmp_path, Stepping(**NOTES))
    for name, text in NOTES.items():
        program = [
            ("Get", {"done_1": name}),
            ("Put", {"done_1": f"copy-{name}", "step": text}),
            ("Put", {"done_1": f"last-{name}", "step": text}),
        ]
        goal = f"copy the note {name} to copy-{name}"
        assert world.run(goal, model_of(program), max_turns=20, mode="LEARNER").status == "succeeded"
    journal = SqliteJournal(tmp_path / "workspace" / ".llmos" / "state")
    task = TaskBlock(goal=f"copy the note {min(NOTES)} to copy-{min(NOTES)}")
    program_of, traces = Generaliser().behind(task, world.memory, journal)  # type: ignore[misc]
    trace = traces[program_of.first.run.id]
    tools = {tool.spec.name: tool for tool in world.shelf.tools()}
    function, runs = load(source_for(program_of, trace), "code"), evidence_of(program_of, traces, journal)
    assert aio.run(prove_program(program_of, trace, function, runs, tools)).failures == ()


NAMES_OF = {"done_1": "name", "step": "text"}


def renamed(schema: Any) -> Any:
    back = {name: other for other, name in NAMES_OF.items()}
    properties = {back[name]: form for name, form in schema["properties"].items()}
    return {**schema, "properties": properties, "required": [back[name] for name in schema["required"]]}
