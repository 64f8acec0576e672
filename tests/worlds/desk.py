"""A desk of an airline in memory: bookings, certificates, a counter that makes ids, and errors that are plain text.

Its tools answer as such tools do: data as JSON text, `Error: …` as an ordinary result. `Clerk` plays runs on it and
writes them down as logs, in each form that a log may have.
"""

import json
from collections.abc import Callable
from typing import Any

from llmos_core.types.json import digest
from llmos_core.types.tools import Effect, ToolSpec

READS = frozenset({"get_customer", "search_trips"})


class Desk:
    """The world: two customers, three trips, and what was called. `forms` is how a tool prints data."""

    def __init__(self, *, counter: int = 100, seats: int = 2, forms: Callable[[Any], Any] = json.dumps) -> None:
        self.customers: dict[str, list[str]] = {"ada_1": ["BK1", "BK2"], "bo_2": ["BK3"]}
        self.status = dict.fromkeys(("BK1", "BK2", "BK3"), "active")
        self.seats = {"T1": seats, "T2": seats, "T3": 0}
        self.certificates: list[tuple[str, float]] = []
        self.bags: dict[str, int] = {}
        self.counter = counter
        self.forms = forms
        self.log: list[tuple[str, dict[str, Any]]] = []
        self.before_call: Callable[[str, dict[str, Any]], None] = lambda _tool, _arguments: None

    @property
    def state(self) -> str:
        """A digest of everything that calls can change."""
        return digest([self.customers, self.status, self.seats, self.certificates, self.bags, self.counter])

    def tools(self) -> list["DeskTool"]:
        """The tools of the desk, for a kernel."""
        return [DeskTool(self, name) for name in NAMES]

    def call(self, tool: str, arguments: dict[str, Any]) -> Any:
        """Make one call, which is logged before it acts."""
        self.before_call(tool, arguments)
        self.log.append((tool, dict(arguments)))
        return getattr(self, f"_{tool}")(**arguments)

    def _get_customer(self, customer: str, email: str | None = None) -> Any:
        if customer not in self.customers or email == "":
            return "Error: customer not found"
        bookings = [{"id": one, "status": self.status[one]} for one in self.customers[customer]]
        return self.forms({"name": customer, "email": email, "bookings": bookings})

    def _search_trips(self, to: str, stops: int | None = None) -> Any:
        trips = [{"trip": name, "to": to, "seats": left, "price": 99.5} for name, left in self.seats.items()]
        return self.forms({"trips": trips, "stops": stops})

    def _book_trip(self, customer: str, trips: list[dict[str, Any]], paid: float, note: str | None = None) -> Any:
        if any(self.seats.get(trip["trip"], 0) < 1 for trip in trips):
            return "Error: not enough seats"
        for trip in trips:
            self.seats[trip["trip"]] -= 1
        self.counter += 1
        booking = f"BK{self.counter}"
        self.customers[customer].append(booking)
        self.status[booking] = "active"
        return self.forms({"id": booking, "trips": trips, "paid": paid, "note": note})

    def _add_bags(self, booking: str, bags: int) -> Any:
        if booking not in self.status:
            return "Error: booking not found"
        self.bags[booking] = bags
        return self.forms({"id": booking, "bags": bags})

    def _cancel_booking(self, booking: str) -> Any:
        if self.status.get(booking) != "active":
            return "Error: booking not found or not active"
        self.status[booking] = "cancelled"
        return self.forms({"id": booking, "status": "cancelled"})

    def _send_certificate(self, customer: str, amount: float) -> Any:
        self.certificates.append((customer, amount))
        return f"A certificate over {amount} was added to {customer}."


NAMES = ("get_customer", "search_trips", "book_trip", "add_bags", "cancel_booking", "send_certificate")
EFFECTS = {name: Effect.READ if name in READS else Effect.IRREVERSIBLE for name in NAMES}


class DeskTool:
    """One tool of a desk. It cannot look at what it changes."""

    def __init__(self, desk: Desk, name: str) -> None:
        self._desk = desk
        self.spec = ToolSpec(
            name=name, description=name, parameters={"type": "object"}, effect=EFFECTS[name], version="1"
        )

    def call(self, arguments: dict[str, Any], _context: Any) -> Any:
        """Make the call."""
        return self._desk.call(self.spec.name, arguments)


class Clerk:
    """Plays one run on a fresh desk; `said` is what the user says, in order, and `asked` the calls after each."""

    def __init__(self, *exchanges: tuple[str, list[list[tuple[str, dict[str, Any]]]]], answer: str = "Done.") -> None:
        self.desk = Desk()
        self.answer = answer
        self.said = [said for said, _ in exchanges]
        self.messages: list[dict[str, Any]] = [{"role": "system", "content": "You work at a desk."}]
        self.calls: list[dict[str, Any]] = []
        for number, (said, turns) in enumerate(exchanges):
            self.messages.append({"role": "user", "content": said})
            for turn in turns:
                self._turn(turn)
            text = answer if number == len(exchanges) - 1 else "What else?"
            self.messages.append({"role": "assistant", "content": text, "tool_calls": None})

    def _turn(self, turn: list[tuple[str, dict[str, Any]]]) -> None:
        ids = [f"c{len(self.calls) + place}" for place in range(len(turn))]
        functions = [{"name": tool, "arguments": json.dumps(arguments)} for tool, arguments in turn]
        asked = [{"id": one, "type": "function", "function": call} for one, call in zip(ids, functions, strict=True)]
        self.messages.append({"role": "assistant", "content": None, "tool_calls": asked})
        for one, (tool, arguments) in zip(ids, turn, strict=True):
            output = self.desk.call(tool, arguments)
            self.calls.append({"tool": tool, "args": arguments, "output": output})
            self.messages.append({"role": "tool", "tool_call_id": one, "content": output})

    @property
    def goal(self) -> str:
        """Everything that the user said."""
        return "\n".join(self.said)

    def talked(self, **more: Any) -> dict[str, Any]:
        """The run as a conversation."""
        return {"messages": self.messages, "reward": 1.0, **more}

    def listed(self, **more: Any) -> dict[str, Any]:
        """The run as a list of calls."""
        return {"goal": self.goal, "calls": self.calls, "answer": self.answer, "reward": 1.0, **more}
