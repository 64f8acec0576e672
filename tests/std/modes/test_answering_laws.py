"""An answer is repeated only with what it speaks of; else one small call words it, or the results are the answer."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmos_core.types.tools import CallStatus, Effect, ToolCall, ToolResult
from llmos_core.types.transcript import StepRecord
from llmos_std.providers.scripted import ScriptedProvider
from llmos_std.replay.telling import MOST_CHARS, observations, readable
from worlds.kernel import Absent, Defaults, NoModel, World
from worlds.programs import Call, model_of
from worlds.shelf import Shelf

GOAL = "say what is on the shelf"
PUT = "put the word {text} on the note {name}"
LOOK: list[Call] = [("Put", {"name": "b", "text": "x"}), ("Post", {"text": "x"})]
FEW = settings(max_examples=20, deadline=None)
WORDS = st.from_regex(r"[b-z]{4,8}", fullmatch=True).filter(lambda word: word not in {"word", "note"})


class Drifting(Shelf):
    """A shelf whose posts are numbered: the results drift, and nothing is wrong."""

    def tools(self) -> Any:
        made = super().tools()
        for tool in made:
            if tool.spec.name == "Post":
                keep = tool._act
                tool._act = lambda shelf, text, keep=keep: keep(shelf, text=text) | {"sent": len(shelf.posted) + 5}
        return made


def drifted(folder: Path, **model: Any) -> World:
    """Return a world in which every step of a learned trace holds, but the result of its last one is another."""
    world = World(folder)
    opened = world.kernel

    def kernel(provider: Any, **parts: Any) -> Any:
        made = opened(provider, **parts)
        made.config = Defaults(model=model)
        return made

    world.kernel = kernel  # type: ignore[method-assign]
    world.shelf = Drifting()
    assert world.run(GOAL, model_of(LOOK, answer="it was letter 6"), max_turns=9).status == "succeeded"
    world.shelf = Drifting()
    world.shelf.posted.append("somebody else's")
    return world


def wording(text: str, **more: Any) -> ScriptedProvider:
    return ScriptedProvider([{"on_surprise": True, "text": text, **more}])


@pytest.mark.spec("RP-034", "RP-039")
def test_one_small_call_words_the_answer_of_results_that_drifted(tmp_path: Path) -> None:
    world = drifted(tmp_path)
    before = [trace.id for trace in world.memory.list()]
    model = wording("it was letter 7")
    result = world.run(GOAL, model)
    assert (result.status, result.mode, result.model_calls, result.output) == (
        "succeeded",
        "MIXED",
        1,
        "it was letter 7",
    )
    assert result.saved_usd == 0
    (request,) = model.requests
    assert (request.purpose, request.tools) == ("answer", ())
    assert sum(len(message.text) for message in request.messages) < 1_000
    assert [trace.id for trace in world.memory.list()] == before
    assert world.memory.statistics(before[0]).successes == 1


@pytest.mark.spec("RP-034", "RP-039")
@pytest.mark.parametrize(
    ("provider", "model", "calls"),
    [
        (NoModel(), {"prose": False}, 0),
        (Absent(), {}, 0),
        (wording("it was letter 7", error="the vendor is down"), {}, 1),
        (ScriptedProvider([{"on_surprise": True, "calls": [{"tool": "Post", "arguments": {"text": "y"}}]}]), {}, 1),
    ],
    ids=["no prose", "no model", "a vendor that fails", "a model that would act"],
)
def test_without_a_usable_text_the_results_are_the_answer(
    tmp_path: Path, provider: Any, model: dict[str, Any], calls: int
) -> None:
    world = drifted(tmp_path, **model)
    result = world.run(GOAL, provider)
    assert (result.status, result.output, result.model_calls) == ("succeeded", "sent: 7", calls)
    assert result.mode == ("MIXED" if calls else "FOLLOWER")
    assert world.shelf.posted == ["somebody else's", "x"]


def puts(world: World, pairs: Any, answer: str) -> None:
    for name, text in pairs:
        goal, program = PUT.format(name=name, text=text), [("Put", {"name": name, "text": text})]
        said = answer.format(name=name, text=text)
        assert world.run(goal, model_of(program, answer=said), mode="LEARNER").status == "succeeded"


@pytest.mark.spec("RP-046")
@FEW
@given(
    st.lists(WORDS, min_size=6, max_size=8, unique=True),
    st.sampled_from(["{name} now says {text}.", "done", "Noted: {text}, {text}! ({name})", "a note of {name}"]),
)
def test_a_bound_answer_has_the_values_of_its_own_goal(words: list[str], answer: str) -> None:
    pairs = [(words[n], words[n + 1]) for n in range(0, len(words) - 1, 2)]
    *known, (name, text) = pairs
    with TemporaryDirectory() as folder:
        world = World(Path(folder))
        puts(world, known, answer)
        result = world.run(PUT.format(name=name, text=text), NoModel())
        assert (result.mode, result.output) == ("FOLLOWER", answer.format(name=name, text=text))


@pytest.mark.spec("RP-046")
def test_an_answer_that_other_runs_do_not_prove_is_not_guessed(tmp_path: Path) -> None:
    world = World(tmp_path)
    puts(world, [("alpha", "first")], "The note {name} says {text}.")
    puts(world, [("beta", "second")], "I wrote it down.")
    goal = PUT.format(name="gamma", text="third")
    model = wording("Written.")
    assert world.run(goal, model).output == "Written."
    world.shelf = Shelf()
    assert world.run(goal, Absent()).output == "name: gamma"


@pytest.mark.spec("RP-046")
def test_an_answer_about_a_result_that_came_out_otherwise_is_not_repeated(tmp_path: Path) -> None:
    goal = "put the word {text} on the note {name}"
    world = World(tmp_path)
    for name, text in (("alpha", "first"), ("beta", "second")):
        world.shelf.notes[name] = "four"
        program: list[Call] = [("Swap", {"name": name, "text": text})]
        said = model_of(program, answer=f"{name} had 4 letters before")
        assert world.run(goal.format(name=name, text=text), said, mode="LEARNER").status == "succeeded"
    world.shelf.notes |= {"gamma": "four", "delta": "eleventeen"}
    same = world.run(goal.format(name="gamma", text="third"), Absent())
    assert same.output == "gamma had 4 letters before"
    other = world.run(goal.format(name="delta", text="fifth"), Absent())
    assert other.output == "was: 10"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_every_result_reads_as_text_of_bounded_length(content: Any) -> None:
    text = readable(content)
    assert text == content or len(text) <= MOST_CHARS
    assert all(leaf in text for leaf in _leaves(content, depth=2))


def _leaves(content: Any, depth: int) -> list[str]:
    """Return the texts and numbers near the top of a value."""
    if isinstance(content, str) or (isinstance(content, int) and not isinstance(content, bool)):
        return [str(content)]
    if depth < 0 or not isinstance(content, dict | list):
        return []
    inner = content.values() if isinstance(content, dict) else content
    return [leaf for one in inner for leaf in _leaves(one, depth - 1)]


def test_several_looks_are_told_one_by_one_and_writes_are_not() -> None:
    def step(index: int, tool: str, effect: Effect, content: Any, **arguments: Any) -> StepRecord:
        call = ToolCall(id=str(index), tool=tool, arguments=arguments)
        result = ToolResult(status=CallStatus.OK, content=content)
        return StepRecord(index=index, call=call, result=result, fingerprint="", effect=effect)

    steps = [
        step(0, "Get", Effect.READ, "milk", name="a"),
        step(1, "Put", Effect.IDEMPOTENT_WRITE, {"name": "b"}, name="b"),
        step(2, "List", Effect.READ, ["x", {"size": 2, "empty": True}]),
    ]
    assert observations(steps) == "Get a: milk\nList: \n  - x\n  - size: 2\n    empty: yes"
    assert observations(steps[1:2]) == "name: b"
