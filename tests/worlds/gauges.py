"""A world of gauges: readings by day, and goals that are to be done on a condition.

An interpreter of its own decides them; nothing here is shared with the product. What a wording means is written down
beside it as plain Python. Runs are drawn with their luck: some looked with nonsense, tried in vain or looked at nothing
at all, and still ended rightly, because nothing was to be done.
"""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from llmos_core.types.tools import Effect
from llmos_std.learning.runs import LoggedCall, Run

METRICS = ("visits", "users", "sales")
DAYS = [f"2023-10-{day:02}" for day in range(1, 32)]
Series = dict[str, int]

WORDINGS = {
    "any": (
        "If {metric} was {more} than {number} at any time since {day}, make a line plot of it",
        "was {metric} {more} than {number} at any time since {day}? If so, make a line plot of it",
        "Make a line plot of {metric} if it was {more} than {number} at any time since {day}",
    ),
    "all": ("If {metric} was always {more} than {number} since {day}, make a line plot of it",),
    "growth": (
        "If {metric} is more than {number}% {way} than {day}, make a line plot of it",
        "If {metric} {grew} by more than {number} % since {day}, make a line plot of it",
    ),
    "two": ("If we got {more} {metric} than {other} since {day}, make a line plot of it",),
    "open": ("If {metric} was {more} than {number} since {day}, make a line plot of it",),
    "mondays": ("If {metric} was {more} than {number} at any time since {day} on Mondays, make a line plot of it",),
    "and": ("If {metric} was {more} than {number} at any time since {day} and it rained, make a line plot of it",),
    "negated": ("If {metric} was not {more} than {number} at any time since {day}, make a line plot of it",),
    "else": ("If {metric} was {more} than {number} at any time since {day}, make a line plot of it, else of users",),
}
"""What a plan means → its wordings. The last four are never to be followed."""
NEVER = ("mondays", "and", "negated", "else")
HIDDEN = {
    "first": lambda values: values[0],
    "last": lambda values: values[-1],
    "sum": sum,
    "mean": lambda values: sum(values) / len(values),
    "any": None,
    "all": None,
}
"""What an open wording may mean in a world, unknown to whoever reads it."""


@dataclass(frozen=True)
class Ask:
    """One goal: its wording and what stands in it."""

    kind: str
    wording: str
    metric: str
    other: str
    is_more: bool
    number: int
    day: str
    hidden: str

    @property
    def goal(self) -> str:
        return self.wording.format(
            metric=self.metric,
            other=self.other,
            more="more" if self.is_more else "less",
            way="higher" if self.is_more else "lower",
            grew="grew" if self.is_more else "fell",
            number=self.number,
            day=f"October {int(self.day[-2:])}",
        )


@dataclass
class Gauges:
    """The world: readings of every metric on every day, and whether it rained."""

    readings: dict[str, Series]
    rained: bool
    log: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def look(self, tool: str, arguments: Any) -> Any:
        self.log.append((tool, dict(arguments)))
        series = self.readings[tool.removeprefix("gauges.count_")]
        return {day: value for day, value in series.items() if arguments["since"] <= day <= arguments.get("until", day)}


def is_so(ask: Ask, gauges: Gauges) -> bool:
    """Say whether the condition of a goal holds: the interpreter."""
    values = [value for day, value in gauges.readings[ask.metric].items() if day >= ask.day]

    def beats(left: float, right: float) -> bool:
        return left > right if ask.is_more else left < right

    if ask.kind == "growth":
        growth = 100 * (values[-1] - values[0]) / values[0]
        return growth > ask.number if ask.is_more else growth < -ask.number
    if ask.kind == "two":
        others = [value for day, value in gauges.readings[ask.other].items() if day >= ask.day]
        made = HIDDEN[ask.hidden] or sum
        return beats(made(values), made(others))
    if ask.kind in {"open", "all"}:
        hidden = "all" if ask.kind == "all" else ask.hidden
        some = {"any": any, "all": all}.get(hidden)
        return some(beats(v, ask.number) for v in values) if some else beats(HIDDEN[hidden](values), ask.number)  # type: ignore[misc]
    if ask.kind == "mondays":
        values = values[::7]
    found = any(beats(value, ask.number) for value in values)
    return found != (ask.kind == "negated") and (ask.kind != "and" or gauges.rained)


def effects_of(ask: Ask, gauges: Gauges) -> list[tuple[str, dict[str, Any]]]:
    """Return the calls that are right."""
    plot = {"metric": ask.metric, "since": ask.day, "kind": "line"}
    if is_so(ask, gauges):
        return [("gauges.plot", plot)]
    return [("gauges.plot", {**plot, "metric": "users"})] if ask.kind == "else" else []


def drawn_gauges(random: Random) -> Gauges:
    """Draw readings around another level each, so that conditions are often so and often not."""
    levels = {metric: random.randint(2, 30) for metric in METRICS}
    readings = {metric: {day: random.randint(1, 2 * level) for day in DAYS} for metric, level in levels.items()}
    return Gauges(readings, rained=random.random() < 0.5)


def drawn_ask(random: Random, like: Ask | None = None, **fixed: Any) -> Ask:
    """Draw a goal, or one of the same kind about the same things as `like`, in any of its wordings."""
    kind = fixed.get("kind") or (like.kind if like else random.choice([*WORDINGS, "any", "growth", "open"]))
    is_same = like is not None and random.random() < 0.9
    metric = like.metric if like and is_same else random.choice(METRICS)
    other = like.other if like and is_same else random.choice([one for one in METRICS if one != metric])
    hidden = like.hidden if like else random.choice(["first", "last", "sum", "mean"] if kind == "two" else list(HIDDEN))
    return Ask(
        kind=kind,
        wording=random.choice(WORDINGS[kind]),
        metric=metric,
        other=other,
        is_more=random.random() < 0.6,
        number=random.randint(1, 40),
        day=random.choice(DAYS[:25]),
        hidden=hidden,
    )


def drawn_run(random: Random, ask: Ask, gauges: Gauges) -> Run:
    """Draw a run that ended rightly, whether it knew why or not."""
    right = effects_of(ask, gauges)
    luck = random.choice(["", "", "", "other day", "nothing", "in vain", "cut", "cut"]) if not right else ""
    if right and random.random() < 0.1:
        luck = "other day"
    day = random.choice(DAYS[:25]) if luck == "other day" else ask.day
    looked = [] if luck == "nothing" else [ask.metric, *([ask.other] if ask.kind == "two" else [])]
    calls = []
    for metric in looked:
        arguments = {"since": day, **({"until": random.choice(DAYS[20:])} if luck == "cut" else {})}
        calls.append(_call(f"gauges.count_{metric}", arguments, gauges.look(f"gauges.count_{metric}", arguments)))
    if luck == "in vain":
        calls.append(_call("gauges.plot", {"metric": "visitors"}, "no such metric", is_ok=False))
    calls += [_call(tool, arguments, "plotted") for tool, arguments in right]
    return Run(goal=ask.goal, calls=tuple(calls))


def _call(tool: str, arguments: dict[str, Any], output: Any, *, is_ok: bool = True) -> LoggedCall:
    effect = Effect.REVERSIBLE_WRITE if tool == "gauges.plot" else Effect.READ
    return LoggedCall(tool=tool, arguments=arguments, output=output, effect=effect, is_ok=is_ok)
