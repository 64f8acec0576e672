"""Families of files and of the home."""

from worlds.trades.agents import Agent
from worlds.trades.families import Draw, Task, family, single
from worlds.trades.settling import FOLDERS, ROOMS
from worlds.trades.town import CAP, Town


def _extreme(name_: str, wordings: tuple[str, ...], key: str, sign: int, *, is_deleting: bool) -> None:
    def drawn(draw: Draw, town: Town) -> Task:
        folder, other = draw.of("folder", FOLDERS), draw.of("other", ("old", "shared", "2025"))
        row = single(town.rows("files", folder=folder), key, sign)["file_id"]

        def plan(agent: Agent) -> None:
            rows = agent.look("files.list", folder=folder)
            found = agent.pick(
                rows, lambda some: max(some, key=lambda r: sign * float(str(r[key]).translate(_DIGITS)))
            )["file_id"]
            if is_deleting:
                agent.do("files.delete", file_id=found)
            else:
                agent.do("files.move", file_id=found, folder=other)

        effect = (
            ("files.delete", {"file_id": row}) if is_deleting else ("files.move", {"file_id": row, "folder": other})
        )
        return Task({"folder": folder, "other": other}, [effect], plan)

    drawn.__name__ = name_
    family(*wordings)(drawn)


_DIGITS = str.maketrans("", "", "-: ")
_extreme(
    "move_newest",
    ("Move the newest file in {folder} to {other}", "Put the latest file of {folder} into {other}"),
    "modified",
    1,
    is_deleting=False,
)
_extreme(
    "delete_largest",
    ("Delete the largest file in {folder}", "Free some space in {folder}: delete the biggest file"),
    "size",
    1,
    is_deleting=True,
)
_extreme(
    "delete_oldest",
    ("Delete the oldest file in {folder}", "Delete the file in {folder} that is the oldest"),
    "modified",
    -1,
    is_deleting=True,
)


@family("Rename {name} in {folder} to {new}", "Give the file {name} in {folder} the name {new}")
def rename_file(draw: Draw, town: Town) -> Task:
    row, new = draw.of("file", town.tables["files"]), draw.of("new", ("final.pdf", "old.txt", "to-read.txt", "x.jpg"))

    def plan(agent: Agent) -> None:
        rows = agent.look("files.list", folder=row["folder"], **({"query": row["name"]} if agent.style else {}))
        found = agent.only([one for one in rows if one["name"] == row["name"]])
        agent.do("files.rename", file_id=found["file_id"], name=new)

    slots = {"name": row["name"], "folder": row["folder"], "new": new}
    return Task(slots, [("files.rename", {"file_id": row["file_id"], "name": new})], plan)


@family("Move everything in {folder} to {other}", "Move all files from {folder} to {other}")
def move_all(draw: Draw, town: Town) -> Task:
    folder, other = draw.of("folder", FOLDERS), draw.of("other", ("old", "shared", "2025"))
    found = town.rows("files", folder=folder)

    def plan(agent: Agent) -> None:
        while True:
            rows = agent.look("files.list", folder=folder)
            for row in rows:
                agent.do("files.move", file_id=row["file_id"], folder=other)
            if len(rows) < CAP or agent.skips():
                return

    effects = [("files.move", {"file_id": row["file_id"], "folder": other}) for row in found]
    return Task({"folder": folder, "other": other}, effects, plan)


@family(
    "Turn {state} the {kind} in the {room}",
    "Switch the {room} {kind} {state}",
    "Can you turn the {kind} in the {room} {state}?",
)
def switch(draw: Draw, town: Town) -> Task:
    row, state = draw.of("device", town.tables["devices"]), draw.of("state", ("on", "off"))

    def plan(agent: Agent) -> None:
        more = {"kind": row["kind"]} if agent.style % 2 else {}
        rows = agent.look("home.devices", room=row["room"], **more)
        found = agent.only([one for one in rows if one["kind"] == row["kind"]])
        agent.do("home.switch", device_id=found["device_id"], state=state)

    slots = {"state": state, "kind": row["kind"], "room": row["room"]}
    return Task(slots, [("home.switch", {"device_id": row["device_id"], "state": state})], plan)


@family("Set the {room} {kind} to {number} percent", "Put the {kind} in the {room} at {number} percent")
def level(draw: Draw, town: Town) -> Task:
    row, number = draw.of("device", town.tables["devices"]), draw.of("number", (10, 25, 40, 60, 75, 100))

    def plan(agent: Agent) -> None:
        found = agent.only(agent.look("home.devices", room=row["room"], kind=row["kind"]))
        agent.do("home.level", device_id=found["device_id"], level=number)

    slots = {"kind": row["kind"], "room": row["room"], "number": number}
    return Task(slots, [("home.level", {"device_id": row["device_id"], "level": number})], plan)


@family("Turn off everything in the {room}", "Switch all devices in the {room} off")
def all_off(draw: Draw, town: Town) -> Task:
    room = draw.of("room", ROOMS)
    rows = town.rows("devices", room=room)

    def plan(agent: Agent) -> None:
        for row in agent.look("home.devices", room=room):
            if agent.style % 2 or row["state"] == "on":
                agent.do("home.switch", device_id=row["device_id"], state="off")

    return Task({"room": room}, [("home.switch", {"device_id": r["device_id"], "state": "off"}) for r in rows], plan)


def _air(name_: str, key: str, word: str, wordings: tuple[str, ...]) -> None:
    def drawn(draw: Draw, town: Town) -> Task:
        row, number = draw.of("fan", town.rows("devices", kind="fan")), draw.of("number", (15, 18, 22, 25, 40, 60))
        value = town.one("rooms", room=row["room"])[key]

        def plan(agent: Agent) -> None:
            found = agent.look("home.reading", room=row["room"])
            if agent.thinks(found[key] > number if word == "more" else not found[key] < number):
                fan = agent.only(agent.look("home.devices", room=row["room"], kind="fan"))
                agent.do("home.switch", device_id=fan["device_id"], state="on")

        is_so = value > number if word == "more" else not value < number
        effect = ("home.switch", {"device_id": row["device_id"], "state": "on"})
        return Task({"room": row["room"], "number": number}, [effect] if is_so else [], plan)

    drawn.__name__ = name_
    family(*wordings)(drawn)


_air(
    "fan_if_warm",
    "temperature",
    "more",
    (
        "If the temperature in the {room} is more than {number}, turn on the fan there",
        "Turn on the {room} fan if the temperature there is above {number}",
    ),
)
_air(
    "fan_unless_dry",
    "humidity",
    "unless",
    (
        "Turn on the {room} fan unless the humidity there is less than {number}",
        "Unless the humidity in the {room} is below {number}, switch the fan there on",
    ),
)
