"""`llmos episodes evaluate`: figures of recorded runs, bad ones first; nothing of one's own is needed or touched."""

import json

CITIES = {"Oslo": "NO-1", "Lima": "PE-7", "Kyiv": "UA-3", "Bern": "CH-9", "Rome": "IT-5"}


def log_of(shell):
    lines = []
    for city, code in CITIES.items():
        find = {"tool": "find", "args": {"name": city}, "output": {"place": code}}
        book = {"tool": "book", "args": {"place": code}, "output": "ok"}
        lines.append({"goal": f"Book a room in {city}", "calls": [find, book], "task": city})
    shell.put("tools.json", '{"find": {"effect": "read"}, "book": {"effect": "irreversible"}}')
    return shell.put("runs.jsonl", "".join(json.dumps(line) + "\n" for line in lines))


def test_evaluate_says_what_would_have_been_followed(shell):
    file = log_of(shell)
    tools, out = str(file.with_name("tools.json")), file.with_name("out.jsonl")
    command = (
        "episodes",
        "evaluate",
        str(file),
        "--tools",
        tools,
        "--leave-one-out",
        "--json",
        "--predictions",
        str(out),
    )
    facts = shell.json(*command)
    assert (facts["wrong_follows"], facts["runs"], facts["follow-right"]["runs"]) == (0, 5, 5)
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert lines[0]["calls"][1] == {"tool": "book", "args": {"place": "NO-1"}, "effect": "irreversible"}
    code, text, _ = shell("episodes", "evaluate", str(file), "--tools", tools, "--leave-one-out")
    assert code == 0
    assert text.startswith("0 wrong follows in 5 runs")


def test_evaluate_wants_to_be_told_to_leave_one_out(shell):
    code, _, error = shell("episodes", "evaluate", str(log_of(shell)))
    assert code == 2
    assert "--leave-one-out" in error


def test_a_file_that_cannot_be_read_is_named(shell):
    code, _, error = shell("episodes", "evaluate", "nowhere.jsonl", "--leave-one-out")
    assert code == 2
    assert "nowhere.jsonl" in error
