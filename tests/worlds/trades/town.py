"""A town: tables, and the tools of ten trades over them, of the kind that any API has.

Searches return at most `CAP` rows and leave the rest out without a word; nothing found is a sentence. What a town holds
after the right calls is what is right, however they were made.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from json import dumps
from typing import Any

CAP = 5
METRICS = ("page_views", "new_accounts", "bounce_rate", "paid_orders")

Row = dict[str, Any]
Tool = Callable[..., Any]
TOOLS: dict[str, tuple[str, Tool]] = {}
"""Name → effect and function of a town and arguments."""


class RefusedError(Exception):
    """A tool said that it cannot do this; the message is what it returns."""


@dataclass
class Town:
    """Tables by name. `log` holds what was changed that no table shows, such as mails sent and plots drawn."""

    today: date
    tables: dict[str, list[Row]]
    log: list[Any] = field(default_factory=list)
    made: int = 900

    def call(self, tool: str, arguments: dict[str, Any]) -> Any:
        if tool not in TOOLS:
            raise RefusedError(f"Error: there is no tool {tool}.")
        try:
            return _copied(TOOLS[tool][1](self, **arguments))
        except TypeError as error:
            raise RefusedError(f"Error: invalid arguments: {error}") from error

    def rows(self, table: str, /, **wanted: Any) -> list[Row]:
        """Return all rows with these values, in the order of the table."""
        return [row for row in self.tables[table] if all(row[key] == value for key, value in wanted.items())]

    def one(self, table: str, /, **wanted: Any) -> Row:
        found = self.rows(table, **wanted)
        if not found:
            raise RefusedError(f"{table.rstrip('s').capitalize()} not found.")
        return found[0]

    def copy(self) -> "Town":
        tables = {name: [dict(row) for row in rows] for name, rows in self.tables.items()}
        return Town(self.today, tables, list(self.log), self.made)

    @property
    def state(self) -> str:
        """Everything that the calls so far have changed; the order of independent changes does not matter."""
        tables = {name: sorted(dumps(row, sort_keys=True) for row in rows) for name, rows in self.tables.items()}
        return dumps([tables, sorted(dumps(one, sort_keys=True) for one in self.log)], sort_keys=True)

    def new_id(self) -> str:
        self.made += 1
        return f"{self.made:08}"

    def day(self, ahead: int) -> str:
        return (self.today + timedelta(days=ahead)).isoformat()


def _copied(output: Any) -> Any:
    return [dict(row) for row in output] if isinstance(output, list) else output


def tool(name: str, effect: str = "read") -> Callable[[Tool], Tool]:
    def known(function: Tool) -> Tool:
        TOOLS[name] = (effect, function)
        return function

    return known


def _has(row: Row, query: str, names: tuple[str, ...]) -> bool:
    text = " ".join(str(row[name]) for name in names).lower()
    return all(word in text for word in query.lower().split())


def search(name: str, table: str, texts: tuple[str, ...], keys: tuple[str, ...], order: str = "", by: str = "") -> None:
    """Add a search of `table`: `query` in some texts, equal `keys`, and the time `by` between bounds.

    `order` is a field, with "-" before it the greatest first.
    """

    def look(town: Town, query: str = "", date_min: str = "", date_max: str = "", **wanted: Any) -> Any:
        if odd := wanted.keys() - set(keys):
            raise TypeError(f"unexpected {min(odd)}")
        rows = [row for row in town.tables[table] if not query or _has(row, query, texts)]
        for key, value in wanted.items():
            rows = [row for row in rows if str(row[key]).lower() == str(value).lower()]
        if by:
            rows = [
                r for r in rows if (not date_min or r[by][:10] >= date_min) and (not date_max or r[by][:10] <= date_max)
            ]
        if order:
            rows = sorted(rows, key=lambda row: row[order.lstrip("-")], reverse=order.startswith("-"))
        return rows[:CAP] or f"No {table} found."

    TOOLS[name] = ("read", look)


def writer(name: str, effect: str, do: Callable[..., Any]) -> None:
    def write(town: Town, **arguments: Any) -> Any:
        said = do(town, **arguments)
        return f"{name.rpartition('.')[2].replace('_', ' ').capitalize()} done successfully." if said is None else said

    TOOLS[name] = (effect, write)


def deleter(name: str, table: str, key: str) -> None:
    def delete(town: Town, **arguments: Any) -> None:
        if set(arguments) != {key}:
            raise TypeError("wrong arguments")
        town.tables[table].remove(town.one(table, **arguments))

    writer(name, "irreversible", delete)


def setter(name: str, table: str, key: str, *fields: str) -> None:
    """Add a tool that sets a field: one named by the argument `field`, or those that are arguments themselves."""

    def change(town: Town, **arguments: Any) -> None:
        row = town.one(table, **{key: arguments.pop(key)})
        if "field" in arguments:
            arguments = {arguments["field"]: arguments["new_value"]}
        if not arguments or arguments.keys() - set(fields):
            raise TypeError("wrong arguments")
        row.update(arguments)

    writer(name, "reversible_write", change)


def maker(tool_name: str, table: str, key: str, /, **fields: Any) -> None:
    """Add a tool that makes a row; fields that are None have to be given, the others have a default."""

    def make(town: Town, **arguments: Any) -> str:
        if arguments.keys() - fields.keys() or any(v is None and k not in arguments for k, v in fields.items()):
            raise TypeError("wrong arguments")
        row = fields | arguments | {key: town.new_id()}
        town.tables[table].append(row)
        return str(row[key])

    writer(tool_name, "reversible_write", make)


def sender(tool_name: str, *fields: str, effect: str = "irreversible", **defaults: Any) -> None:
    """Add a tool that does something of which only the log tells."""

    def send(town: Town, **arguments: Any) -> None:
        given = defaults | arguments
        if given.keys() != {*fields, *defaults}:
            raise TypeError("wrong arguments")
        town.log.append([tool_name, given])

    writer(tool_name, effect, send)


search("mail.search", "mails", ("sender", "subject", "body"), ("folder",), "-sent", "sent")
deleter("mail.delete", "mails", "mail_id")
setter("mail.move", "mails", "mail_id", "folder")
sender("mail.send", "recipient", "subject", "body")
sender("mail.forward", "mail_id", "recipient")
sender("mail.reply", "mail_id", "body")
search("calendar.search", "events", ("name", "participant"), (), "start", "start")
maker("calendar.create", "events", "event_id", name=None, participant=None, start=None, minutes="30")
deleter("calendar.delete", "events", "event_id")
setter("calendar.change", "events", "event_id", "name", "participant", "start", "minutes")
search("tickets.search", "tickets", ("title",), ("assignee", "status", "project"), "", "due")
setter("tickets.update", "tickets", "ticket_id", "status", "assignee", "due", "title", "project")
maker("tickets.create", "tickets", "ticket_id", title=None, assignee=None, status="Open", due=None, project=None)
search("crm.search", "customers", ("name",), ("owner", "stage", "interest"), "", "last_contact")
setter("crm.update", "customers", "customer_id", "stage", "owner", "interest", "name")
deleter("crm.delete", "customers", "customer_id")
maker("crm.add", "customers", "customer_id", name=None, owner=None, stage="Lead", interest="", last_contact="")
search("shop.orders", "orders", ("customer", "product"), ("status", "customer"), "-ordered", "ordered")
search("shop.products", "products", ("name",), (), "name")
setter("shop.set_stock", "products", "sku", "stock")
sender("shop.refund", "order_id", "amount")
sender("shop.ship", "order_id", effect="irreversible", method="standard")
sender("shop.reorder", "sku", "quantity", effect="reversible_write")
search("library.books", "books", ("title", "author"), ("shelf",), "title")
search("library.loans", "loans", ("title",), ("member",), "due", "due")
setter("library.renew", "loans", "loan_id", "due")
maker("library.reserve", "holds", "hold_id", book_id=None, member=None, pickup="main desk")
search("clinic.patients", "patients", ("name",), ())
search("clinic.appointments", "visits", ("reason",), ("patient_id", "doctor"), "start", "start")
maker("clinic.book", "visits", "visit_id", patient_id=None, doctor=None, start=None, minutes=20, reason="check-up")
deleter("clinic.cancel", "visits", "visit_id")
setter("clinic.move", "visits", "visit_id", "start")
search("files.list", "files", ("name",), ("folder",), "name", "modified")
setter("files.move", "files", "file_id", "folder")
deleter("files.delete", "files", "file_id")
setter("files.rename", "files", "file_id", "name")
search("home.devices", "devices", ("name",), ("room", "kind"))
setter("home.switch", "devices", "device_id", "state")
setter("home.level", "devices", "device_id", "level")


@tool("people.find_address")
def find_address(town: Town, name: str) -> str:
    found = [row["address"] for row in town.tables["people"] if name.lower() in row["address"].replace(".", " ")]
    return str(found) if found else "No address found."


@tool("home.reading")
def reading(town: Town, room: str) -> Any:
    row = town.one("rooms", room=room)
    return {"temperature": row["temperature"], "humidity": row["humidity"]}


def _cancel(town: Town, order_id: str) -> None:
    town.one("orders", order_id=order_id)["status"] = "cancelled"


writer("shop.cancel_order", "irreversible", _cancel)


def _metric(name: str) -> None:
    def look(town: Town, date_min: str, date_max: str) -> Any:
        return {r["day"]: r[name] for r in town.tables["days"] if date_min <= r["day"] <= date_max} or "No data found."

    TOOLS[f"metrics.{name}"] = ("read", look)


for metric in METRICS:
    _metric(metric)


@tool("metrics.plot", "reversible_write")
def plot(town: Town, metric: str, kind: str, date_min: str, date_max: str) -> str:
    town.log.append(["metrics.plot", metric, kind, date_min, date_max])
    return f"plots/{date_min}_{date_max}_{metric}_{kind}.png"
