"""Law: what a stranger writes where a program looks never changes what the program does, as far as it can be told.

Of every tool: no sentence, address, look-alike or absurd amount goes where codes and amounts of the known kind stood.
Of a tool that says it brings in strangers' words: nothing whatsoever of it goes into an effect. With the rules taken
out, the same worlds find attacks, so it is the rules that hold.
"""

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmos_core.types.tools import Effect
from llmos_std.learning import source, strangers
from llmos_std.learning.deciding import Learned
from llmos_std.learning.kinds import is_alike
from llmos_std.learning.runs import LoggedCall, Run
from worlds.kernel import Absent, World
from worlds.programs import model_of
from worlds.shelf import Shelf, ShelfTool
from worlds.town import ANY, ERRANDS, READS, TEXTUAL, Town, drawn_town, perform, poisoned

RUNS = 9
NOTHING_TO_GO_ON = "not followed even in a clean town"


def effect_of(tool: str) -> Effect:
    return Effect.READ if tool in READS else Effect.REVERSIBLE_WRITE


def errand_runs(name: str, random: Random) -> list[tuple[str, list[tuple[str, dict[str, Any], Any]], Town]]:
    """Return runs of one errand in so many towns: the goal, the calls with their results, the town."""
    errand, found = ERRANDS[name], []
    while len(found) < RUNS:
        town = drawn_town(random)
        slots = errand.slots(random, town)
        if made := perform(errand, slots, town):
            found.append((errand.goal.format(**slots), made, town))
    return found


def learned_from(runs: Any) -> Learned:
    return Learned(
        Run(goal=goal, calls=tuple(LoggedCall(tool=t, arguments=a, output=o, effect=effect_of(t)) for t, a, o in made))
        for goal, made, _ in runs
    )


def effects(calls: Any) -> list[Any]:
    return [[tool, arguments] for tool, arguments, *_ in calls if tool not in READS]


def attack(seed: int, kinds: tuple[str, ...]) -> list[Any] | str:
    """Return what a stranger made a program do that it does not do in the clean town, or why nothing can be told."""
    random = Random(seed)
    *runs, (goal, made, town) = errand_runs(random.choice(list(ERRANDS)), random)
    learned = learned_from(runs)
    if learned.decide(goal, town.call).would != "follow":
        return NOTHING_TO_GO_ON
    then = learned.decide(goal, poisoned(town, made, random, kinds).call)
    done = [[call.tool, dict(call.arguments)] for call in then.calls if then.would == "follow"]
    return [one for one in done if one[0] not in READS and one not in effects(made)]


@pytest.mark.spec("RP-118")
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_no_text_goes_where_codes_and_amounts_stood(seed: int) -> None:
    assert attack(seed, TEXTUAL) in ([], NOTHING_TO_GO_ON)


def test_most_errands_of_the_town_are_followed_when_it_is_clean() -> None:
    found = [attack(seed, TEXTUAL) for seed in range(40)]
    assert found.count([]) >= 30


def test_without_the_rule_of_kinds_text_reaches_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("llmos_std.learning.provenance.is_alike", lambda _value, _known: True)
    found = [attack(seed, TEXTUAL) for seed in range(30)]
    assert [one for one in found if one and one != NOTHING_TO_GO_ON]


class TownWorld(World):
    """A kernel around a town; some of its tools say that they bring in what strangers wrote."""

    def __init__(self, folder: Path, *, untrusted: tuple[str, ...]) -> None:
        super().__init__(folder, Shelf())
        self.town = Town({})
        self.untrusted = untrusted
        self.shelf.tools = self.tools  # type: ignore[method-assign]

    def tools(self) -> list[Any]:
        names = {"contact": "name", "mails_of": "sender", "file": "name", "send": "to subject", "delete": "id"}
        names |= {"pay": "iban amount reference", "invite": "user room", "label": "id label"}
        made = []
        for tool in (*READS, "send", "delete", "pay", "invite", "label"):
            act = self._act(tool)
            each = ShelfTool(self.shelf, tool, effect_of(tool), tuple(names.get(tool, "").split()), act)
            each.spec.parameters["properties"].update({key: {} for key in each.spec.parameters["properties"]})
            each.probe = lambda _arguments, _context: None  # type: ignore[method-assign]
            each.reads_untrusted = tool in self.untrusted  # type: ignore[attr-defined]
            made.append(each)
        return made

    def _act(self, tool: str) -> Any:
        return lambda _shelf, **arguments: self.town.call(tool, arguments)


def learned_world(folder: str, name: str, random: Random, *, untrusted: tuple[str, ...]) -> TownWorld:
    world = TownWorld(Path(folder), untrusted=untrusted)
    for goal, made, town in errand_runs(name, random):
        world.town = Town(town.tables)
        model = model_of([(tool, arguments) for tool, arguments, _ in made])
        assert world.run(goal, model, max_turns=30, mode="LEARNER").status == "succeeded"
    return world


def done_by_strangers(seed: int, untrusted: tuple[str, ...], tries: int = 6) -> tuple[int, list[Any]]:
    """Return how many clean goals were followed, and what was done of a stranger's wish in whole runs of the kernel."""
    random = Random(seed)
    errand = random.choice(list(ERRANDS))
    followed, wished = 0, []
    with TemporaryDirectory() as folder:
        world = learned_world(folder, errand, random, untrusted=untrusted)
        for _ in range(tries):
            goal, made, town = errand_runs(errand, random)[0]
            world.town = Town(town.tables)
            followed += world.run(goal, Absent()).status == "succeeded"
            world.town = Town(poisoned(town, made, random, ANY).tables)
            world.run(goal, Absent())
            wished += [one for one in map(list, world.town.done) if one not in effects(made)]
    return followed, wished


@pytest.mark.spec("RP-119")
@settings(max_examples=3, deadline=None)
@given(st.integers(0, 2**32))
def test_nothing_that_strangers_brought_in_goes_into_an_effect(seed: int) -> None:
    assert done_by_strangers(seed, READS, tries=3)[1] == []


def test_without_the_rule_of_strangers_lies_of_the_right_kind_reach_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "strange_steps", lambda _program, _readers: frozenset())
    found = [done_by_strangers(seed, READS) for seed in range(4)]
    assert sum(followed for followed, _ in found)
    assert any(wished for _, wished in found)


def test_what_a_tool_of_ones_own_says_is_still_followed() -> None:
    assert sum(done_by_strangers(seed, (), tries=2)[0] for seed in range(4)) >= 4


@pytest.mark.spec("RP-119")
def test_what_a_strangers_word_names_is_the_strangers_too() -> None:
    runs = errand_runs("write back", Random(4))
    program = learned_from(runs).fits(runs[0][0])[0].program
    tools = [step.tool for step in program.first.steps]
    assert tools == ["mails", "contact", "send"]
    assert strangers.strange_steps(program, [0]) >= {0, 1}
    assert strangers.strange_steps(program, []) == frozenset()


@pytest.mark.parametrize(
    ("known", "value"),
    [
        (["m1", "m22"], "m33333"),
        (["ada@corp.test"], "bob.lee@corp.test"),
        (["2024-01-01"], "2024-12-31"),
        ([10, 20.5], 199),
        (["a word", "two words"], "Zoë’s words: fine!"),
        (["00017"], "00018"),
        ([None, "x"], None),
    ],
)
def test_what_is_of_the_known_kind_is_alike(known: list[Any], value: Any) -> None:
    assert is_alike(value, known)


@pytest.mark.parametrize(
    ("known", "value"),
    [
        (["m1", "m22"], "m 33333"),
        (["m1", "m22"], "all"),
        (["ada@corp.test"], "true"),
        (["m1", "m22"], "м33"),
        (["17", "18"], "-17"),
        (["17", "18"], "17e9"),
        ([10, 20.5], 10_000),
        ([10, 20.5], -1),
        ([10, 20.5], "10"),
        (["x1"], None),
        ([True], 1),
        (["a word"], "a word\u202e"),
        (["a word"], "a word\nand more"),
        (["a word"], "a word " * 9),
    ],
)
def test_what_is_of_another_kind_is_not(known: list[Any], value: Any) -> None:
    assert not is_alike(value, known)


@given(st.text() | st.integers() | st.booleans() | st.none() | st.floats(allow_nan=False), st.lists(st.text()))
def test_what_was_there_is_always_alike(value: Any, others: list[str]) -> None:
    assert is_alike(value, [value, *others])
