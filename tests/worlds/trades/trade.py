"""Families of the shop and of metrics."""

from typing import Any

from worlds.trades.agents import Agent
from worlds.trades.families import Draw, Task, UnfitError, address_of, family, first_names, newest, single
from worlds.trades.settling import PRODUCTS
from worlds.trades.town import Row, Town

METRIC_SAID = {"page views": "page_views", "sign-ups": "new_accounts", "bounces": "bounce_rate", "sales": "paid_orders"}
KINDS = {"line": "line", "bar": "bar", "histogram": "hist", "pie": "pie"}


def _order(draw: Draw, town: Town, *status: str) -> Row:
    """Draw an order that its customer and product name alone."""
    row: Row = draw.of("order", [row for row in town.tables["orders"] if not status or row["status"] in status])
    if len(town.rows("orders", customer=row["customer"], product=row["product"])) > 1:
        raise UnfitError
    return row


def _found(agent: Agent, order: Row) -> Row:
    """Find an order: by product among those of the customer, or those of the product by customer."""
    if agent.style % 2:
        rows = agent.look("shop.orders", customer=order["customer"], query=order["product"])
        return agent.only(rows)
    rows = agent.look("shop.orders", customer=order["customer"])
    return agent.only([row for row in rows if row["product"] == order["product"]])


@family("Cancel the latest order of {customer}", "{customer} wants to cancel their last order. Please do that")
def cancel_latest(draw: Draw, town: Town) -> Task:
    customer = draw.of("customer", sorted({row["customer"] for row in town.tables["orders"]}))
    order = newest(town.rows("orders", customer=customer), "ordered")

    def plan(agent: Agent) -> None:
        rows = agent.look("shop.orders", **({"query": customer} if agent.style == 1 else {"customer": customer}))
        agent.do("shop.cancel_order", order_id=agent.pick(rows, lambda some: newest(some, "ordered"))["order_id"])

    return Task({"customer": customer}, [("shop.cancel_order", {"order_id": order["order_id"]})], plan)


@family("Refund {customer}'s order of the {product}", "Give {customer} the money back for the {product} they ordered")
def refund(draw: Draw, town: Town) -> Task:
    order = _order(draw, town, "paid", "shipped")

    def plan(agent: Agent) -> None:
        found = _found(agent, order)
        agent.do("shop.refund", order_id=found["order_id"], amount=found["total"])

    paid = {"order_id": order["order_id"], "amount": order["total"]}
    return Task({"customer": order["customer"], "product": order["product"]}, [("shop.refund", paid)], plan)


@family("Ship the {product} that {customer} ordered", "Send {customer}'s order of the {product} off", is_policy=True)
def ship(draw: Draw, town: Town) -> Task:
    """The shop sends everything above 200 insured, which no goal says."""
    order = _order(draw, town, "paid", "new")

    def plan(agent: Agent) -> None:
        found = _found(agent, order)
        agent.do("shop.ship", order_id=found["order_id"], method="insured" if found["total"] > 200 else "standard")

    sent = {"order_id": order["order_id"], "method": "insured" if order["total"] > 200 else "standard"}
    return Task({"customer": order["customer"], "product": order["product"]}, [("shop.ship", sent)], plan)


@family("Ship {customer}'s {product} by {how}", "Send the {product} to {customer} by {how} delivery")
def ship_by(draw: Draw, town: Town) -> Task:
    order, how = _order(draw, town, "paid", "new"), draw.of("how", ("express", "standard", "night"))

    def plan(agent: Agent) -> None:
        agent.do("shop.ship", order_id=_found(agent, order)["order_id"], method=how)

    sent = {"order_id": order["order_id"], "method": how}
    return Task({"customer": order["customer"], "product": order["product"], "how": how}, [("shop.ship", sent)], plan)


def _product(agent: Agent, name: str) -> Row:
    return agent.only(agent.look("shop.products", query=name))


@family(
    "Set the stock of the {product} to {number}", "There are {number} pieces of the {product} left. Update the stock"
)
def set_stock(draw: Draw, town: Town) -> Task:
    name, number = draw.of("product", PRODUCTS), draw.of("number", (0, 1, 5, 12, 30, 100))
    sku = town.one("products", name=name)["sku"]

    def plan(agent: Agent) -> None:
        agent.do("shop.set_stock", sku=_product(agent, name)["sku"], stock=number)

    return Task({"product": name, "number": number}, [("shop.set_stock", {"sku": sku, "stock": number})], plan)


COUNTS = {"10": 10, "25": 25, "a dozen": 12, "two": 2, "100": 100, "7": 7}


@family("Reorder {number} pieces of the {product}", "Order {number} more of the {product}")
def reorder(draw: Draw, town: Town) -> Task:
    name, said = draw.of("product", PRODUCTS), draw.of("number", list(COUNTS))

    def plan(agent: Agent) -> None:
        agent.do("shop.reorder", sku=_product(agent, name)["sku"], quantity=COUNTS[said])

    made = {"sku": town.one("products", name=name)["sku"], "quantity": COUNTS[said]}
    return Task({"product": name, "number": said}, [("shop.reorder", made)], plan)


def _reorder_if(word: str, wordings: tuple[str, ...]) -> None:
    def drawn(draw: Draw, town: Town) -> Task:
        row, least, more = (
            draw.of("product", town.tables["products"]),
            draw.of("least", (2, 5, 10, 20)),
            draw.of("more", (10, 20, 30)),
        )
        is_due = row["stock"] < least if word == "fewer" else row["stock"] <= least

        def plan(agent: Agent) -> None:
            found = _product(agent, row["name"])
            if agent.thinks(found["stock"] < least if word == "fewer" else found["stock"] <= least):
                agent.do("shop.reorder", sku=found["sku"], quantity=more)

        made = {"sku": row["sku"], "quantity": more}
        return Task(
            {"product": row["name"], "least": least, "more": more}, [("shop.reorder", made)] if is_due else [], plan
        )

    drawn.__name__ = f"reorder_if_{word}"
    family(*wordings)(drawn)


_reorder_if(
    "fewer",
    (
        "If the stock of the {product} is less than {least}, order {more} more of them",
        "Check the stock of the {product} and if it is below {least}, order {more} more",
    ),
)
_reorder_if(
    "most",
    (
        "If the stock of the {product} is at most {least}, order {more} more of them",
        "Order {more} more of the {product} unless the stock is more than {least}",
    ),
)


@family(
    "Reorder {number} pieces of our cheapest product with '{word}' in its name",
    "Order {number} more of the cheapest {word} we sell",
)
def reorder_cheapest(draw: Draw, town: Town) -> Task:
    word, number = draw.of("word", ("lamp", "a", "e", "t")), draw.of("number", (5, 10, 20))
    row = single([row for row in town.tables["products"] if word in row["name"]], "price", -1)

    def plan(agent: Agent) -> None:
        rows = agent.look("shop.products", query=word)
        agent.do(
            "shop.reorder",
            sku=agent.pick(rows, lambda some: min(some, key=lambda r: r["price"]))["sku"],
            quantity=number,
        )

    return Task({"word": word, "number": number}, [("shop.reorder", {"sku": row["sku"], "quantity": number})], plan)


@family(
    "Make a {kind} chart of {metric} since {day}",
    "Can you draw {metric} since {day} as a {kind} chart?",
    "I need a {kind} plot of {metric} since {day}",
)
def plot_since(draw: Draw, town: Town) -> Task:
    kind, said, day = (
        draw.of("kind", list(KINDS)),
        draw.of("metric", list(METRIC_SAID)),
        draw.day(town, -60, -2, "month iso weekday"),
    )
    made = {"metric": METRIC_SAID[said], "kind": KINDS[kind], "date_min": day[1], "date_max": town.day(0)}

    def plan(agent: Agent) -> None:
        if agent.is_careless():
            agent.look(f"metrics.{METRIC_SAID[said]}", date_min=day[1], date_max=town.day(0))
        agent.do("metrics.plot", **made)

    return Task({"kind": kind, "metric": said, "day": day[0]}, [("metrics.plot", made)], plan)


@family(
    "Draw {kind} charts of both {metric} and {other} between {day} and {end}",
    "Plot {metric} and {other} from {day} to {end}, both as {kind} charts",
)
def plot_both(draw: Draw, town: Town) -> Task:
    kind, (said, other) = draw.of("kind", list(KINDS)), draw.random.sample(list(METRIC_SAID), 2)
    day, end = draw.day(town, -60, -20), draw.day(town, -15, -1)
    made = [
        {"metric": METRIC_SAID[one], "kind": KINDS[kind], "date_min": day[1], "date_max": end[1]}
        for one in (said, other)
    ]

    def plan(agent: Agent) -> None:
        for one in made:
            agent.do("metrics.plot", **one)

    slots = {"kind": kind, "metric": said, "other": other, "day": day[0], "end": end[0]}
    return Task(slots, [("metrics.plot", one) for one in made], plan)


def _watched(name_: str, is_so: Any, wordings: tuple[str, ...], *, words: tuple[str, ...] = ("more", "less")) -> None:
    def drawn(draw: Draw, town: Town) -> Task:
        said, word, number = (
            draw.of("metric", list(METRIC_SAID)),
            draw.of("word", words),
            draw.of("number", (1, 2, 5, 9, 12, 15, 20, 22, 50)),
        )
        day = draw.day(town, -40, -2, "month" if name_ != "if_grew" else "month weekday")
        metric = METRIC_SAID[said]
        made = {"metric": metric, "kind": "line", "date_min": day[1], "date_max": town.day(0)}
        values = [row[metric] for row in town.tables["days"] if row["day"] >= day[1]]

        def plan(agent: Agent) -> None:
            found = agent.look(f"metrics.{metric}", date_min=day[1], date_max=town.day(0))
            if found and agent.thinks(is_so(list(found.values()), word, number)):
                agent.do("metrics.plot", **made)

        effects = [("metrics.plot", made)] if is_so(values, word, number) else []
        return Task({"metric": said, "word": word, "number": number, "day": day[0]}, effects, plan)

    drawn.__name__ = name_
    family(*wordings)(drawn)


def _compares(value: float, word: str, number: float) -> bool:
    return value > number if word in {"more", "grew", "over"} else value < number


def _grew(values: list[float], word: str, number: float) -> bool:
    growth = 100 * (values[-1] - values[0]) / values[0]
    return growth > number if word == "grew" else growth < -number


_watched(
    "if_any",
    lambda v, w, n: any(_compares(one, w, n) for one in v),
    (
        "If {metric} was {word} than {number} at any time since {day}, draw a line chart of it since then",
        "Draw a line chart of {metric} since {day} if it was {word} than {number} at any time since {day}",
    ),
)
_watched(
    "if_always",
    lambda v, w, n: all(_compares(one, w, n) for one in v),
    (
        "If {metric} was always {word} than {number} since {day}, draw a line chart of it since then",
        "Draw a line chart of {metric} since {day} if it was {word} than {number} on every day since {day}",
    ),
)
_watched(
    "if_sum",
    lambda v, w, n: _compares(sum(v), w, n * 10),
    (
        "If {metric} since {day} add up to {word} than {number}0, draw a line chart of them since then",
        "Draw a line chart of {metric} since {day} if they were {word} than {number}0 in total",
    ),
)
_watched(
    "if_grew",
    _grew,
    (
        "If {metric} {word} by more than {number}% since {day}, draw a line chart of it since then",
        "Check whether {metric} {word} by more than {number}% since {day}. If so, draw a line chart of it since then",
    ),
    words=("grew", "fell"),
)


@family(
    "If {metric} was more than {other} on {day}, mail {name} '{metric} are up' titled '{metric}'",
    "Mail {name} '{metric} are up' titled '{metric}' if on {day} {metric} was more than {other}",
)
def if_more_than_other(draw: Draw, town: Town) -> Task:
    said, other = draw.random.sample(list(METRIC_SAID), 2)
    name, day = draw.of("name", first_names(town)), draw.day(town, -40, -1)
    row = town.one("days", day=day[1])
    is_so = row[METRIC_SAID[said]] > row[METRIC_SAID[other]]

    def plan(agent: Agent) -> None:
        values = [agent.look(f"metrics.{METRIC_SAID[one]}", date_min=day[1], date_max=day[1]) for one in (said, other)]
        if all(values) and agent.thinks(next(iter(values[0].values())) > next(iter(values[1].values()))):
            agent.do("mail.send", recipient=agent.address(name), subject=said, body=f"{said} are up")

    sent = {"recipient": address_of(town, name), "subject": said, "body": f"{said} are up"}
    return Task(
        {"metric": said, "other": other, "name": name, "day": day[0]}, [("mail.send", sent)] if is_so else [], plan
    )
