"""An office: a deterministic world of tools with a state hash and a call log, and random programs that act in it.

`perform` is an interpreter of its own: it shares no code with the product, so what it does is what is right. Everything
is drawn from one `random.Random`, so that a seed is a whole scenario.
"""

from dataclasses import dataclass, field
from hashlib import sha256
from json import dumps
from random import Random
from typing import Any

NAMES = ("ada", "bob", "cleo", "dora", "emil", "fritz", "gina", "hugo")
WORDS = ("red", "blue", "green", "grey", "north wing", "south wing", "b-12", "c-7", "lunch", "tea")
TOOLS = {"find": "read", "all": "read", "check": "read", "send": "reversible_write", "move": "reversible_write"}
SECRETS = {word: sha256(word.encode()).hexdigest()[:6] for word in WORDS}

Call = tuple[str, dict[str, Any]]


@dataclass
class Office:
    """The world: rows of a register, what became of it, and every call in order."""

    rows: list[dict[str, Any]]
    is_open: dict[str, bool]
    done: list[Call] = field(default_factory=list)
    log: list[Call] = field(default_factory=list)

    def call(self, tool: str, arguments: dict[str, Any]) -> Any:
        self.log.append((tool, dict(arguments)))
        if tool == "find":
            return [dict(row) for row in self.rows if row["name"] == arguments["name"]]
        if tool == "all":
            return [dict(row) for row in self.rows]
        if tool == "check":
            return {"open": self.is_open[arguments["name"]]}
        self.done.append((tool, dict(arguments)))
        return {"ok": True}

    @property
    def state(self) -> str:
        return sha256(dumps([self.rows, self.done], sort_keys=True).encode()).hexdigest()

    def copy(self) -> "Office":
        return Office([dict(row) for row in self.rows], dict(self.is_open))


@dataclass(frozen=True)
class Plan:
    """A program. `look` finds rows, `pick` chooses one, `acts` are tools with an expression for each argument.

    Expressions: ("const", value), ("slot", number, way), ("field", name), ("secret", number): a code for a slot that
    nobody can guess. With `is_guarded` the acts are made only where a check says open, which no value tells.
    """

    words: tuple[str, ...]
    look: str
    pick: str
    acts: tuple[tuple[str, dict[str, tuple[Any, ...]]], ...]
    is_guarded: bool = False

    def goal(self, slots: tuple[str, ...]) -> str:
        return " ".join(slots[int(word[1:])] if word.startswith("$") else word for word in self.words)


def perform(plan: Plan, slots: tuple[str, ...], office: Office) -> list[tuple[str, dict[str, Any], Any]]:
    """Do what a plan means for these slots, and return the calls with their results."""
    made = []

    def call(tool: str, arguments: dict[str, Any]) -> Any:
        result = office.call(tool, arguments)
        made.append((tool, arguments, result))
        return result

    if plan.is_guarded and not call("check", {"name": slots[0]})["open"]:
        return made
    row: dict[str, Any] = {}
    if plan.look:
        rows = call(plan.look, {"name": slots[0]} if plan.look == "find" else {})
        chosen = {
            "only": rows if len(rows) == 1 else [],
            "named": [one for one in rows if one["name"] == slots[0]],
            "latest": sorted(rows, key=lambda one: one["sent"])[-1:],
            "first listed": rows[:1],
        }[plan.pick]
        if len(chosen) != 1:
            return made
        row = chosen[0]
    for tool, expressions in plan.acts:
        call(tool, {name: evaluated(expression, slots, row) for name, expression in expressions.items()})
    return made


def evaluated(expression: tuple[Any, ...], slots: tuple[str, ...], row: dict[str, Any]) -> Any:
    kind, what = expression[0], expression[1]
    if kind == "const":
        return what
    if kind == "field":
        return row[what]
    if kind == "secret":
        return SECRETS[slots[what]]
    text = slots[what]
    ways = {"same": text, "upper": text.upper(), "framed": f"re: {text}!", "kebab": text.replace(" ", "-")}
    return ways[expression[2]]


def drawn_office(random: Random) -> Office:
    """Draw a register in which every name has one to three rows, and no two rows share an id or a day."""
    days = random.sample(range(1, 29), 24)
    numbers = random.sample(range(1_000, 9_999), 24)
    rows = [
        {
            "id": f"r-{numbers.pop()}",
            "name": name,
            "sent": f"2024-03-{days.pop():02}",
            "level": random.randint(100, 999),
        }
        for name in NAMES
        for _ in range(random.randint(1, 3))
    ]
    random.shuffle(rows)
    return Office(rows, {name: random.random() < 0.5 for name in NAMES})


def drawn_plan(random: Random, **fixed: Any) -> Plan:
    """Draw a program; `fixed` are fields that are given."""
    look = fixed.get("look", random.choice(["", "find", "find", "all"]))
    pick = fixed.get("pick", {"": "", "all": "named"}.get(look) or random.choice(["only", "latest"]))
    acts = [_drawn_act(random, has_row=bool(look)) for _ in range(random.randint(1, 2))]
    words = ["handle", "the", *(["latest"] if pick == "latest" else []), "case", "of", "$0", "with", "$1", "today"]
    if look and not any(expression[0] == "field" for _, found in acts for expression in found.values()):
        acts[0][1]["row"] = ("field", "id")
    if not look:
        acts[0][1]["who"] = ("slot", 0, "same")
    plan = {"words": tuple(words), "look": look, "pick": pick, "acts": tuple(acts), **fixed}
    return Plan(**plan)


def _drawn_act(random: Random, *, has_row: bool) -> tuple[str, dict[str, tuple[Any, ...]]]:
    ways = ("same", "upper", "framed", "kebab")
    kinds: list[tuple[Any, ...]] = [
        ("const", random.choice(WORDS)),
        ("slot", 0, random.choice(ways)),
        ("slot", 1, random.choice(ways)),
        ("secret", 1),
        *([("field", random.choice(["id", "sent", "level"]))] * 3 if has_row else []),
    ]
    names = random.sample(["to", "text", "place"], random.randint(1, 3))
    return random.choice(["send", "move"]), {name: random.choice(kinds) for name in names}


def drawn_slots(random: Random, *, is_pinned: bool) -> tuple[str, ...]:
    """Draw values for the slots; a pinned second one is always the same."""
    return random.choice(NAMES), "red" if is_pinned else random.choice(WORDS)
