"""`llmos episodes evaluate`: figures of recorded runs, bad ones first; nothing of one's own is needed or touched."""

import json

from llmos_std.cli.episodes_figures import _reason

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


def test_a_log_that_is_none_is_not_evaluated_and_does_not_flood_the_terminal(shell):
    file = shell.put("passwords.txt", "root:x:0:0\n" * 50)
    for command in (("evaluate", str(file), "--leave-one-out"), ("import", str(file))):
        code, out, error = shell("episodes", *command)
        lines = error.splitlines()
        assert code == 1
        assert len(lines) == 21
        assert "passwords.txt:20" in lines[-2]
        assert lines[-1] == "llmos: … and 30 more lines that cannot be read"
        assert "0.0%" not in out


def test_tools_that_nobody_described_are_named_with_what_to_do(shell):
    file = log_of(shell)
    tools = str(file.with_name("tools.json"))
    for command in (("evaluate", str(file), "--leave-one-out"), ("import", str(file), "--dry-run")):
        code, _, error = shell("episodes", *command)
        assert (code, "book, find" in error, "--tools" in error) == (0, True, True)
        assert shell("episodes", *command, "--tools", tools)[2] == ""


def test_reasons_are_counted_without_what_is_one_runs_own():
    assert _reason("mail.delete: 'email_id' is not settled") == "… is not settled"
    assert _reason("no run of this wording") == "no run of this wording"
    assert _reason("'Ann' was changed, and no value depends on it") == "… was changed, and no value depends on it"
    assert _reason("some words: and details") == "some words"
