"""Law of `llmos traces`: what was learned can be seen, understood, checked and taken back, by id or its beginning."""

from pathlib import Path

import pytest

HELLO = "create a file hello.txt that says hello"
VERBS = ("show", "forget", "verify", "path")


def test_nothing_learned_is_an_empty_list_and_a_hint(shell):
    assert shell("traces", "list") == (0, "", 'nothing learned yet; start with: llmos run "…"\n')
    assert shell.json("traces", "list", "--json") == []
    assert shell.files() == set()


def test_a_trace_is_listed_with_its_uses(shell):
    trace_id = shell.learn()
    shell("run", HELLO)
    (facts,) = shell.json("traces", "list", "--json")
    assert (facts["id"], facts["goal"], facts["uses"], facts["steps"]) == (trace_id, HELLO, 1, 1)
    _, out, _ = shell("traces", "list")
    assert trace_id[:8] in out
    assert HELLO in out


def test_show_prints_the_file_as_it_is(shell):
    trace_id = shell.learn()
    _, path, _ = shell("traces", "path", trace_id)
    code, out, err = shell("traces", "show", trace_id[:6])
    assert code == 0
    assert out == Path(path.strip()).read_text("utf-8")
    assert "(n = 0)" in err
    assert shell.json("traces", "show", trace_id, "--json")["id"] == trace_id


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("trace_id", ["ffffffff", "nonsense", "../../etc/passwd", ""])
def test_an_unknown_id_is_wrong_usage_and_changes_nothing(shell, verb, trace_id):
    shell.learn()
    code, out, err = shell("traces", verb, trace_id)
    assert (code, out) == (2, "")
    assert "llmos traces list" in err
    assert len(shell.json("traces", "list", "--json")) == 1


def test_explain_says_what_would_happen_and_why_and_writes_nothing(shell):
    code, out, _ = shell("traces", "explain", HELLO)
    assert code == 0
    assert shell.files() == set()
    trace_id = shell.learn()
    seen = shell.json("traces", "explain", HELLO, "--json")
    assert (seen["match"], seen["mode"], seen["trace_id"], seen["replayable"]) == ("exact", "FOLLOWER", trace_id, True)
    other = shell.json("traces", "explain", HELLO.replace("hello.txt", "bye.txt"), "--json")
    assert other["mode"] != "FOLLOWER"
    _, out, _ = shell("traces", "explain", *HELLO.split())
    assert [line.split()[0] for line in out.splitlines()][:4] == ["match", "trace", "trust", "mode"]


def test_forgetting_asks_and_no_answer_is_a_no(shell):
    trace_id = shell.learn()
    code, _, err = shell("traces", "forget", trace_id, stdin="")
    assert code == 130
    assert "nothing was changed" in err
    assert shell("traces", "forget", trace_id, stdin="n\n")[0] == 130
    assert len(shell.json("traces", "list", "--json")) == 1
    assert shell("traces", "forget", trace_id, stdin="y\n")[:2] == (0, f"forgot {trace_id}\n")
    assert shell.json("traces", "list", "--json") == []
    assert shell.json("run", HELLO, "--json")["mode"] == "LEARNER"


def test_an_edited_trace_does_not_act_until_it_is_accepted(shell):
    trace_id = shell.learn()
    path = Path(shell("traces", "path", trace_id)[1].strip())
    path.write_text(path.read_text("utf-8").replace('content: "hello"', 'content: "goodbye"'), "utf-8")
    assert shell("run", HELLO, "--mode", "follower")[0] == 1
    code, out, _ = shell("traces", "verify")
    assert code == 1
    assert "changed by hand" in out
    (edited,) = shell.json("traces", "list", "--json")
    assert shell("traces", "verify", edited["id"], "--accept")[0] == 0
    assert shell("traces", "verify")[0] == 0
    (shell.workspace / "hello.txt").unlink()
    assert shell("run", HELLO, "--mode", "follower")[0] == 0
    assert (shell.workspace / "hello.txt").read_text() == "goodbye"


def test_a_broken_file_is_named_and_the_others_are_listed(shell):
    trace_id = shell.learn()
    broken = shell.put(".llmos/memories/traces/broken.md", "---\nschema: nonsense\n")
    code, out, err = shell("traces", "list")
    assert code == 0
    assert trace_id[:8] in out
    assert str(broken) in err
    code, out, _ = shell("traces", "verify")
    assert code == 1
    assert "broken.md" in out


def test_accepting_needs_to_be_told_which(shell):
    assert shell("traces", "verify", "--accept")[0] == 2


def test_the_folder_of_traces_is_printed_before_it_exists(shell):
    assert shell("traces", "path")[1].strip() == str(shell.workspace / ".llmos" / "memories" / "traces")
