"""Small machines with state, as episodes of tool use have them: a file system, tickets, a car, an exchange, messages.

Their tools take and return whatever JSON can hold, some answer with an error as data, and some make ids from a counter.
"""

from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any

from llmos_core.errors import ToolError
from llmos_core.types.json import digest
from llmos_core.types.tools import Effect, ToolSpec

Call = tuple[str, dict[str, Any]]


class Machines:
    """The world; `first` is the first number of its counter."""

    def __init__(self, *, first: int = 100) -> None:
        self.files: dict[str, Any] = {"/a.txt": "alpha\nbeta", "/naïve “q”.md": "# ünï ✓\n'\"\\"}
        self.tickets: dict[str, Any] = {}
        self.car: dict[str, Any] = {"doors": {"front": "locked"}, "fuel": 12.25, "engine": None}
        self.orders: list[Any] = []
        self.sent: list[Any] = []
        self.counter = first
        self.log: list[Call] = []
        self.before_call: Callable[[str, dict[str, Any]], None] = lambda _tool, _arguments: None

    @property
    def state(self) -> str:
        return digest([self.files, self.tickets, self.car, self.orders, self.sent, self.counter])

    def tools(self) -> list["MachineTool"]:
        return [MachineTool(self, name, effect) for name, effect in EFFECTS.items()]

    def ls(self, a: bool = False) -> Any:
        return {"content": sorted(self.files)}

    def cat(self, file_name: str) -> Any:
        found = self.files.get(file_name)
        return {"error": f"cat: '{file_name}': no such file"} if found is None else {"file_content": found}

    def echo(self, content: Any, file_name: str | None = None) -> Any:
        if file_name is not None:
            self.files[file_name] = content
        return {"terminal_output": content if file_name is None else None}

    def rm(self, file_name: str) -> Any:
        return None if self.files.pop(file_name, None) else {"error": "rm: no such file"}

    def create_ticket(self, title: str, priority: float = 1, tags: Any = None, meta: Any = None) -> Any:
        self.counter += 1
        self.tickets[f"T{self.counter}"] = {"title": title, "priority": priority, "tags": tags, "meta": meta}
        return {"id": f"T{self.counter}", **deepcopy(self.tickets[f"T{self.counter}"])}

    def get_ticket(self, ticket: Any) -> Any:
        return deepcopy(self.tickets.get(str(ticket), {"error": "no such ticket"}))

    def resolve(self, ticket: Any, resolution: str) -> Any:
        if str(ticket) not in self.tickets:
            return {"error": "no such ticket"}
        self.tickets[str(ticket)]["resolution"] = resolution
        return {"status": f"{ticket} resolved"}

    def set_car(self, **parts: Any) -> Any:
        self.car.update(parts)
        return deepcopy(self.car)

    def car_part(self, option: str) -> Any:
        return {option: deepcopy(self.car.get(option))}

    def fill(self, amount: float) -> Any:
        if not isinstance(self.car["fuel"], float) or self.car["fuel"] + amount > 50:
            raise ToolError("Cannot fill above the capacity of the tank.")
        self.car["fuel"] += amount
        return {"fuel": self.car["fuel"]}

    def quote(self, symbol: str) -> Any:
        return {"price": {"AB": 227.16}.get(symbol, 1e-7), "change": -0.0, "volume": 2**53 - 1, "mean": [1.0, 2, None]}

    def order(self, symbol: str, price: float, amount: int) -> Any:
        self.counter += 1
        self.orders.append([symbol, price, amount])
        return {"order_id": 12_000 + self.counter, "status": "Pending"}

    def send(self, receiver: str, message: str) -> Any:
        self.sent.append([receiver, message])
        return {"sent": True, "message_id": {"new": 67_400 + len(self.sent)}}


_READ, _AGAIN = Effect.READ, Effect.IDEMPOTENT_WRITE
EFFECTS = {
    **dict.fromkeys(("ls", "cat", "get_ticket", "car_part", "quote"), _READ),
    **dict.fromkeys(("echo", "resolve", "set_car"), _AGAIN),
    **dict.fromkeys(("rm", "create_ticket", "fill"), Effect.REVERSIBLE_WRITE),
    **dict.fromkeys(("order", "send"), Effect.IRREVERSIBLE),
}


class MachineTool:
    """One tool of the machines; it cannot look at what it changes."""

    def __init__(self, machines: Machines, name: str, effect: Effect) -> None:
        self._machines = machines
        self.spec = ToolSpec(name=name, description=name, parameters={"type": "object"}, effect=effect)

    def call(self, arguments: dict[str, Any], _context: Any) -> Any:
        machines = self._machines
        machines.before_call(self.spec.name, arguments)
        machines.log.append((self.spec.name, deepcopy(dict(arguments))))
        return getattr(machines, self.spec.name)(**arguments)


TEXTS = (
    "a",
    "ünï ✓ 日本 😀",
    'it\'s "quoted" \\ back',
    "line\nline\ttab\r\n",
    "x" * 300,
    "\u2028sep\u202e",
    "{braces} %s {0}",
    "'''",
    '"""',
    "\x00\x07",
    "# no comment",
    "None",
    "word " * 60,
)
_KEYS = ("k", "class", "from", "_x", "a b", "", "ünï", "1", "self", "tool")
_FILES = ("/a.txt", "/naïve “q”.md", "/b.txt", "/nope")


def drawn_value(random: Random, depth: int = 0) -> Any:
    """Draw any JSON value."""
    kind = random.randint(0, 6 if depth < 3 else 4)
    if kind == 5:
        return [drawn_value(random, depth + 1) for _ in range(random.randint(0, 4))]
    if kind == 6:
        return {random.choice(_KEYS): drawn_value(random, depth + 1) for _ in range(random.randint(0, 4))}
    return random.choice((None, True, False, 0, -1, 2**53, 10**20, 0.1, -0.0, 1e300, 3.0, *TEXTS))


_DRAWN: dict[str, Callable[[Random], dict[str, Any]]] = {
    "ls": lambda random: random.choice([{}, {"a": True}]),
    "cat": lambda random: {"file_name": random.choice(_FILES)},
    "echo": lambda random: {
        "content": drawn_value(random),
        **random.choice([{}, {"file_name": None}, {"file_name": "/b.txt"}]),
    },
    "rm": lambda random: {"file_name": random.choice(_FILES)},
    "create_ticket": lambda random: {"title": random.choice(TEXTS), "tags": [1.5, None], "meta": drawn_value(random)},
    "get_ticket": lambda random: {"ticket": random.choice(["T101", "T102", 1, None])},
    "resolve": lambda random: {"ticket": random.choice(["T101", "T102"]), "resolution": random.choice(TEXTS)},
    "set_car": lambda random: {random.choice(["doors", "engine", "class", "_x", "fuel level"]): drawn_value(random)},
    "car_part": lambda random: {"option": random.choice(["doors", "fuel", "engine", "none"])},
    "fill": lambda random: {"amount": random.choice([1, 10.5, 40])},
    "quote": lambda random: {"symbol": random.choice(["AB", "Z"])},
    "order": lambda random: {"symbol": "AB", "price": random.choice([227.16, 0.1 + 0.2, 1]), "amount": 100},
    "send": lambda random: {"receiver": "USR001", "message": random.choice(TEXTS)},
}


def drawn_turns(random: Random) -> list[list[Call]]:
    """Draw the calls of an episode, turn by turn: some in parallel, some twice."""
    turns = []
    for _ in range(random.randint(1, 5)):
        names = random.choices(list(EFFECTS), k=random.choice([1, 1, 2, 3]))
        calls = [(name, _DRAWN[name](random)) for name in names]
        turns.append([*calls, *(deepcopy(calls[:1]) if random.random() < 0.15 else [])])
    return turns
