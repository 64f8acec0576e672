"""Errands of a town as runs: recorded by hand for the learner, or by whole kernels, in clean and in poisoned towns."""

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from llmos_core.types.tools import Effect
from llmos_std.learning.deciding import Learned
from llmos_std.learning.runs import LoggedCall, Run
from worlds.kernel import Absent, World
from worlds.programs import model_of
from worlds.shelf import Shelf, ShelfTool
from worlds.town import ANY, ERRANDS, READS, Town, drawn_town, perform, poisoned

RUNS = 9


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
