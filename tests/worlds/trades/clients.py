"""Families of customers."""

from worlds.trades.agents import Agent
from worlds.trades.families import Draw, Effect, Task, UnfitError, address_of, family, first_names, later, mine
from worlds.trades.town import Row, Town

STAGE_SAID = {"won": "Won", "lost": "Lost", "offer sent": "Proposal", "qualified": "Qualified", "new": "Lead"}
INTEREST_SAID = {"hosting": "Hosting", "courses": "Training", "help desk": "Support", "licences": "Licences"}


def _customer(draw: Draw, town: Town) -> Row:
    row: Row = draw.of("customer", town.tables["customers"])
    if (
        sum(
            all(word in one["name"].lower() for word in row["name"].lower().split()) for one in town.tables["customers"]
        )
        > 1
    ):
        raise UnfitError
    return row


def _crm(agent: Agent, row: Row) -> Row:
    return agent.only(agent.look("crm.search", query=row["name"]))


def _crm_set(row: Row, name: str, value: str) -> Effect:
    return "crm.update", {"customer_id": row["customer_id"], "field": name, "new_value": value}


@family(
    "Set {customer} to {stage} in the crm",
    "{customer} is {stage} now. Update the crm",
    "Can you mark {customer} as {stage} in the crm?",
)
def set_stage(draw: Draw, town: Town) -> Task:
    row, said = _customer(draw, town), draw.of("stage", list(STAGE_SAID))

    def plan(agent: Agent) -> None:
        agent.do("crm.update", customer_id=_crm(agent, row)["customer_id"], field="stage", new_value=STAGE_SAID[said])

    return Task({"customer": row["name"], "stage": said}, [_crm_set(row, "stage", STAGE_SAID[said])], plan)


@family("Hand {customer} over to {name} in the crm", "{name} takes care of {customer} from now on. Update the crm")
def set_owner(draw: Draw, town: Town) -> Task:
    row, name = _customer(draw, town), draw.of("name", first_names(town))

    def plan(agent: Agent) -> None:
        found = _crm(agent, row)["customer_id"]
        agent.do("crm.update", customer_id=found, field="owner", new_value=agent.address(name))

    return Task({"customer": row["name"], "name": name}, [_crm_set(row, "owner", address_of(town, name))], plan)


@family("Delete {customer} from the crm", "{customer} is no customer any more. Delete them from the crm")
def delete_customer(draw: Draw, town: Town) -> Task:
    row = _customer(draw, town)

    def plan(agent: Agent) -> None:
        agent.do("crm.delete", customer_id=_crm(agent, row)["customer_id"])

    return Task({"customer": row["name"]}, [("crm.delete", {"customer_id": row["customer_id"]})], plan)


NEW = ("Ida Frost", "Max Hill", "Ben Will", "Zoe April", "Sam Rich", "Lou Winter")


@family(
    "Add {customer} as a new lead for {name}", "Create a lead called {customer} in the crm and assign them to {name}"
)
def add_lead(draw: Draw, town: Town) -> Task:
    who, name = draw.of("new", NEW), draw.of("name", first_names(town))

    def plan(agent: Agent) -> None:
        more = {} if agent.style == 1 else {"stage": "Lead"}
        agent.do("crm.add", name=who, owner=agent.address(name), **more)

    return Task({"customer": who, "name": name}, [("crm.add", {"name": who, "owner": address_of(town, name)})], plan)


def _loop(wordings: tuple[str, ...], name_: str, *, is_deleting: bool) -> None:
    def drawn(draw: Draw, town: Town) -> Task:
        owners = sorted({row["owner"].partition(".")[0] for row in town.tables["customers"]})
        name, said = draw.of("name", owners), draw.of("interest", list(INTEREST_SAID))
        rows = [
            r
            for r in mine(town, "customers", "owner", name)
            if r["interest"] == INTEREST_SAID[said] and (not is_deleting or r["stage"] == "Lost")
        ]
        stage = draw.of("stage", list(STAGE_SAID))

        def plan(agent: Agent) -> None:
            more = {"stage": "Lost"} if is_deleting else {}
            found = agent.look("crm.search", owner=agent.address(name), interest=INTEREST_SAID[said], **more)
            for row in found:
                agent.do(*_made(row)[:1], **_made(row)[1])

        def _made(row: Row) -> Effect:
            return (
                ("crm.delete", {"customer_id": row["customer_id"]})
                if is_deleting
                else _crm_set(row, "stage", STAGE_SAID[stage])
            )

        return Task({"name": name, "interest": said, "stage": stage}, [_made(row) for row in rows], plan)

    drawn.__name__ = name_
    family(*wordings)(drawn)


_loop(
    (
        "Delete all of {name}'s lost customers that are interested in {interest}",
        "Remove {name}'s lost {interest} customers from the crm, all of them",
    ),
    "delete_lost",
    is_deleting=True,
)
_loop(
    (
        "Move all of {name}'s customers interested in {interest} to {stage}",
        "Set every customer of {name} that wants {interest} to {stage}",
    ),
    "move_interested",
    is_deleting=False,
)


@family(
    "Mail {customer}'s owner 'Please call them' titled '{customer}' unless we have been in touch with {customer} "
    "in the last {days} days",
    "If we have not been in touch with {customer} in the last {days} days, mail their owner 'Please call them' "
    "titled '{customer}'",
)
def remind_owner(draw: Draw, town: Town) -> Task:
    row, days = _customer(draw, town), draw.of("days", (5, 10, 20, 30))
    sent = {"recipient": row["owner"], "subject": row["name"], "body": "Please call them"}
    is_due = row["last_contact"] < later(town.today.isoformat(), -days)

    def plan(agent: Agent) -> None:
        found = _crm(agent, row)
        if agent.thinks(found["last_contact"] < later(agent.town.today.isoformat(), -days)):
            agent.do("mail.send", recipient=found["owner"], subject=row["name"], body="Please call them")

    return Task({"customer": row["name"], "days": days}, [("mail.send", sent)] if is_due else [], plan)
