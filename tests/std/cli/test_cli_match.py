"""Law of `llmos match` and `traces explain`: what is said of two goals is what the tiers do, line by line."""

import json
import subprocess
import sys

import pytest

from llmos_std.matching.comparing import compare
from worlds.negatives import KINDS, negative_of
from worlds.tasks import goal_of

CALCULATORS = ("Create a Python calculator", "Make a calc tool using python")


def test_two_wordings_of_one_task_would_follow(shell):
    seen = shell.json("match", *CALCULATORS, "--json")
    assert (seen["would"], seen["tier"], seen["veto"]) == ("follow", "frame", "")
    assert seen["confidence"] == 0.99
    assert all(part["same"] for part in seen["alignment"])
    code, out, _ = shell("match", *CALCULATORS)
    assert code == 0
    assert "would      follow" in out


def test_the_word_that_keeps_two_goals_apart_is_named(shell):
    goals = ("list branches merged into main", "list branches not merged into main")
    seen = shell.json("match", *goals, "--json")
    assert seen["would"] == "learn"
    assert "'not'" in seen["veto"]
    assert any(not part["same"] for part in seen["alignment"])
    assert set(seen["tiers"]) == {"exact", "frame", "template", "similar"}
    _, out, _ = shell("match", *goals)
    assert "≠ object" in out


def test_other_values_are_bound_and_never_followed(shell):
    seen = shell.json("match", "delete row 12 of people.csv", "delete row 21 of people.csv", "--json")
    assert (seen["tier"], seen["would"], seen["bindings"]["int1"]) == ("template", "mixed", "21")


def test_many_pairs_give_one_line_each_as_they_are_read(shell):
    pairs = [(goal_of(seed), negative_of(goal_of(seed), kind, seed)) for seed in range(4) for kind in KINDS]
    pairs = [(one, other) for one, other in pairs if other] + [CALCULATORS]
    path = shell.put("pairs.jsonl", "\n".join(json.dumps({"a": one, "b": other}) for one, other in pairs) + "\n\n")
    code, out, err = shell("match", "--pairs", str(path), "--json")
    assert (code, err) == (0, "")
    found = [json.loads(line) for line in out.splitlines()]
    assert len(found) == len(pairs)
    for (one, other), facts in zip(pairs, found, strict=True):
        expected = compare(one, other)
        assert facts["would"] == expected.would
        assert set(facts) == {"tier", "confidence", "would", "bindings", "veto"}
    assert [facts["would"] for facts in found].count("follow") == 1
    _, plain, _ = shell("match", "--pairs", str(path))
    assert len(plain.splitlines()) == len(pairs)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("match", "a"), "two goals, and 1"),
        (("match", "a", "b", "c"), "two goals, and 3"),
        (("match", "--pairs", "x", "a"), "takes no goals"),
        (("match", "--pairs", "nowhere.jsonl"), "nowhere.jsonl"),
        (("match", "--pairs", "bad.jsonl"), "bad.jsonl:2 is no JSON"),
        (("match", "--pairs", "odd.jsonl"), "odd.jsonl:1 holds no pair"),
    ],
)
def test_wrong_usage_says_what_was_expected(shell, arguments, said):
    shell.put("bad.jsonl", '{"a": "x", "b": "y"}\n{"a": \n')
    shell.put("odd.jsonl", '{"a": 1, "b": "y"}\n')
    code, _, err = shell(*arguments)
    assert code == 2
    assert said in err


def test_explaining_a_goal_shows_every_tier_and_what_differs(shell):
    trace_id = shell.learn()
    same = shell.json("traces", "explain", "Could you create a new file hello.txt that says hello?", "--json")
    assert (same["match"], same["trace_id"], same["veto"]) == ("frame", trace_id, "")
    assert [tier["tier"] for tier in same["tiers"]] == ["exact", "frame", "template", "similar"]
    other = shell.json("traces", "explain", "do not create a file hello.txt that says hello", "--json")
    assert not other["replayable"]
    assert "not" in other["veto"]
    _, out, _ = shell("traces", "explain", "do not create a file hello.txt that says hello")
    assert "veto" in out
    assert "tier       frame: nothing" in out


def test_comparing_goals_imports_no_memory_no_model_and_no_event_loop():
    code = (
        "import sys; from llmos_std.cli.main import code_of; code_of(['match', 'list a.txt', 'show a.txt', '--json']);"
        "print([name for name in ('asyncio', 'litellm', 'sqlite3', 'cattrs', 'logging') if name in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout
    assert out.splitlines()[-1] == "[]"
