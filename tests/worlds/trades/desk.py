"""Families of mail."""

from typing import Any

from worlds.trades.agents import Agent
from worlds.trades.families import (
    SUBJECTS,
    Draw,
    Task,
    address_of,
    family,
    first_names,
    later,
    mine,
    newest,
    oldest,
)
from worlds.trades.settling import TOPICS
from worlds.trades.town import CAP, Row, Town

BODIES = (
    "I will be late",
    "please send it again",
    "all done, thank you",
    "can we talk tomorrow?",
    "no, not before Friday",
    "the last version is fine",
    "yes",
)


def _mails_of(agent: Agent, name: str, **more: Any) -> list[Row]:
    """Find the mails of somebody as agents do; the word may stand in other people's mails too."""
    query = agent.address(name) if agent.style == 3 else name
    rows = agent.look("mail.search", query=query, **more)
    return rows if agent.style == 2 and agent.is_careless() else [r for r in rows if r["sender"].startswith(f"{name}.")]


def _about(town: Town, topic: str) -> list[Row]:
    return [row for row in town.tables["mails"] if topic in row["subject"].lower()]


@family(
    "Delete my last mail from {name}",
    "Remove the latest message that {name} sent me",
    "Can you delete the newest mail from {name}?",
)
def delete_last(draw: Draw, town: Town) -> Task:
    name = draw.of("name", first_names(town))
    mail = newest(mine(town, "mails", "sender", name), "sent")

    def plan(agent: Agent) -> None:
        row = agent.pick(_mails_of(agent, name), lambda rows: newest(rows, "sent"))
        agent.do("mail.delete", mail_id=row["mail_id"])

    return Task({"name": name}, [("mail.delete", {"mail_id": mail["mail_id"]})], plan)


@family("Forward the latest mail about '{topic}' to {name}", "Send the most recent mail about '{topic}' on to {name}")
def forward_about(draw: Draw, town: Town) -> Task:
    topic, name = draw.of("topic", TOPICS), draw.of("name", first_names(town))
    mail = newest(_about(town, topic), "sent")

    def plan(agent: Agent) -> None:
        rows = agent.look("mail.search", query=topic)
        row = agent.pick(rows, lambda found: newest(found, "sent"))
        agent.do("mail.forward", mail_id=row["mail_id"], recipient=agent.address(name))

    effects = [("mail.forward", {"mail_id": mail["mail_id"], "recipient": address_of(town, name)})]
    return Task({"topic": topic, "name": name}, effects, plan)


@family("Reply to {name}'s last mail with '{body}'", "Answer the latest mail from {name} saying '{body}'")
def reply_last(draw: Draw, town: Town) -> Task:
    name, body = draw.of("name", first_names(town)), draw.of("body", BODIES)
    mail = newest(mine(town, "mails", "sender", name), "sent")

    def plan(agent: Agent) -> None:
        row = agent.pick(_mails_of(agent, name), lambda rows: newest(rows, "sent"))
        agent.do("mail.reply", mail_id=row["mail_id"], body=body)

    return Task({"name": name, "body": body}, [("mail.reply", {"mail_id": mail["mail_id"], "body": body})], plan)


@family(
    "Move the oldest mail from {name} to the {folder} folder", "Put the first mail that {name} sent me into {folder}"
)
def file_oldest(draw: Draw, town: Town) -> Task:
    name, folder = draw.of("name", first_names(town)), draw.of("folder", ("archive", "later", "private"))
    mail = oldest(mine(town, "mails", "sender", name), "sent")

    def plan(agent: Agent) -> None:
        rows = _mails_of(agent, name)
        while len(rows) >= CAP and not agent.skips():  # there may be more before these
            more = _mails_of(agent, name, date_max=rows[-1]["sent"][:10])
            if more[-1:] == rows[-1:]:
                break
            rows = more
        row = agent.pick(rows, lambda found: oldest(found, "sent"))
        agent.do("mail.move", mail_id=row["mail_id"], folder=folder)

    effects = [("mail.move", {"mail_id": mail["mail_id"], "folder": folder})]
    return Task({"name": name, "folder": folder}, effects, plan)


@family(
    "Send {name} a mail titled '{subject}' saying '{body}'",
    "Mail {name} '{body}' with the title '{subject}'",
    "Write to {name}: '{body}'. Title it '{subject}'.",
)
def send_mail(draw: Draw, town: Town) -> Task:
    name, subject, body = draw.of("name", first_names(town)), draw.of("subject", SUBJECTS), draw.of("body", BODIES)
    sent = {"recipient": address_of(town, name), "subject": subject, "body": body}

    def plan(agent: Agent) -> None:
        agent.do("mail.send", recipient=agent.address(name), subject=subject, body=body)

    return Task({"name": name, "subject": subject, "body": body}, [("mail.send", sent)], plan)


@family("Delete all mails from {name} since {day}", "Remove every mail that {name} has sent me since {day}")
def delete_all(draw: Draw, town: Town) -> Task:
    name, day = draw.of("name", first_names(town)), draw.day(town, -30, -3, "month iso")
    found = [row for row in mine(town, "mails", "sender", name) if row["sent"][:10] >= day[1]]

    def plan(agent: Agent) -> None:
        while True:
            rows = _mails_of(agent, name, date_min=day[1])
            for row in rows:
                agent.do("mail.delete", mail_id=row["mail_id"])
            if len(rows) < CAP or agent.skips():
                break

    return Task({"name": name, "day": day[0]}, [("mail.delete", {"mail_id": r["mail_id"]}) for r in found], plan)


def _passed_on(word: str) -> Any:
    def drawn(draw: Draw, town: Town) -> Task:
        name, other = draw.of("name", first_names(town)), draw.of("other", first_names(town))
        mail = newest(mine(town, "mails", "sender", name), "sent")["mail_id"]
        after = (
            ("mail.delete", {"mail_id": mail})
            if word == "delete"
            else ("mail.move", {"mail_id": mail, "folder": "archive"})
        )

        def plan(agent: Agent) -> None:
            row = agent.pick(_mails_of(agent, name), lambda rows: newest(rows, "sent"))
            agent.do("mail.forward", mail_id=row["mail_id"], recipient=agent.address(other))
            agent.do(after[0], **{**after[1], "mail_id": row["mail_id"]})

        effects = [("mail.forward", {"mail_id": mail, "recipient": address_of(town, other)}), after]
        return Task({"name": name, "other": other}, effects, plan)

    drawn.__name__ = f"forward_and_{word}"
    return drawn


for _word in ("delete", "archive"):
    family(
        f"Forward {{name}}'s latest mail to {{other}} and {_word} it",
        f"Pass the last mail from {{name}} on to {{other}}, then {_word} it",
    )(_passed_on(_word))


def _unheard(wordings: tuple[str, ...], name_: str, *, is_if_heard: bool) -> None:
    def drawn(draw: Draw, town: Town) -> Task:
        name, days = draw.of("name", first_names(town)), draw.of("days", (2, 3, 4, 5, 7, 10, 14))
        first = later(town.today.isoformat(), -days)
        is_heard = any(row["sent"][:10] >= first for row in mine(town, "mails", "sender", name))
        sent = {"recipient": address_of(town, name), "subject": "Catching up", "body": "How are things?"}

        def plan(agent: Agent) -> None:
            rows = _mails_of(agent, name, date_min=first)
            if agent.thinks(bool(rows) == is_if_heard):
                agent.do("mail.send", recipient=agent.address(name), subject="Catching up", body="How are things?")

        return Task({"name": name, "days": days}, [("mail.send", sent)] if is_heard == is_if_heard else [], plan)

    drawn.__name__ = name_
    family(*wordings)(drawn)


_TEXT = "a mail titled 'Catching up' saying 'How are things?'"
_unheard(
    (
        f"If {{name}} hasn't written to me in the last {{days}} days, send them {_TEXT}",
        f"Send {{name}} {_TEXT} unless they have written to me in the last {{days}} days",
    ),
    "if_silent",
    is_if_heard=False,
)
_unheard(
    (
        f"If {{name}} has written to me in the last {{days}} days, send them {_TEXT}",
        f"Send {{name}} {_TEXT} if they have written to me in the last {{days}} days",
    ),
    "if_heard",
    is_if_heard=True,
)
