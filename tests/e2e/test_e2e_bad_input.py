"""Law: whatever stands in a file, it gets one clear message that names the file and the next step, and loses nothing.

The goal is one that the built-in planner solves, so no model is needed.
The journal and the workspace stay as they were.
"""

import os
import shutil
from pathlib import Path

import pytest
from command import Place, ended

GOAL = "create a file hello.txt that says hello"
PLAIN = '[model]\nprovider = "builtin"\n'


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A workspace in which GOAL was learned."""
    place = Place(tmp_path_factory.mktemp("plain"))
    place.key = ""
    (place.home / "config.toml").write_text(PLAIN)
    assert place.run(GOAL).result["status"] == "succeeded"
    return place


@pytest.fixture
def place(learned: Place, tmp_path: Path) -> Place:
    """A copy of it, to be spoilt."""
    return learned.copied_to(tmp_path)


CONFIGS = {
    "no TOML": (b"[kernel\n", ":1:8: is not valid TOML"),
    "an unknown key": (b"[kernel]\nbudget_us = 1\n", ":2: kernel.budget_us: unknown key; did you mean 'budget_usd'?"),
    "an unknown section": (b"[kernl]\nbudget_usd = 1\n", ":1: [kernl]: unknown section; did you mean 'kernel'?"),
    "a wrong value": (b'[kernel]\nbudget_usd = "much"\n', ':2: kernel.budget_usd: found "much", expected an amount'),
    "a value out of range": (b"[model]\nmax_turns = 0\n", ":2: model.max_turns: 'max_turns' is 0; expected"),
    "no text": (b"\xff\xfe", ":1: is not UTF-8 text"),
    "a key in the file": (b'[provider.litellm]\napi_key = "sk-nosecret"\n', "provider.litellm.api_key"),
}


@pytest.mark.spec("RS-001", "RS-004")
@pytest.mark.parametrize(("content", "says"), CONFIGS.values(), ids=CONFIGS.keys())
def test_a_configuration_with_a_mistake_is_named_by_file_and_line(place: Place, content: bytes, says: str) -> None:
    file = place.home / "config.toml"
    file.write_bytes(content)
    (place.folder / "hello.txt").unlink()
    plain, as_json = place.call("run", GOAL), place.run(GOAL)
    assert (plain.code, as_json.code) == (7, 7)
    assert (plain.out, as_json.err) == ("", "")
    assert plain.err.startswith(f"llmos: {file}")
    assert plain.err.count("\n") == 1
    for told in (plain.err, as_json.result["reason"]):
        assert says in told
        assert "sk-nosecret" not in told
    assert place.names == set()
    assert file.read_bytes() == content


def test_every_mistake_is_told_at_once(place: Place) -> None:
    (place.home / "config.toml").write_text("[kernel]\nbudget = 1\n[model]\nmax_turn = 2\n")
    done = place.call("run", GOAL)
    assert (done.code, done.err.count("\n")) == (7, 2)
    assert "kernel.budget" in done.err
    assert "model.max_turn" in done.err


def test_a_folder_in_place_of_the_configuration_is_named(place: Place) -> None:
    (place.home / "config.toml").unlink()
    (place.home / "config.toml").mkdir()
    done = place.call("run", GOAL)
    assert done.code == 7
    assert "config.toml: is a folder" in done.err


@pytest.mark.parametrize("how", ["truncated", "binary", "empty"])
def test_a_broken_trace_is_named_and_neither_followed_nor_changed(place: Place, how: str) -> None:
    (file,) = place.traces
    content = file.read_bytes()
    broken = {"truncated": content[: len(content) // 2], "binary": b"\0\xff" * 50, "empty": b""}[how]
    file.write_bytes(broken)
    (place.folder / "hello.txt").unlink()
    done = place.run(GOAL, "--mode", "FOLLOWER")
    assert (done.code, done.result["status"], done.result["steps"]) == (1, "failed", [])
    assert f"note: {file}, line " in done.err
    checked = place.call("traces", "verify")
    assert checked.code == 1
    assert f"{file}, line " in checked.out
    assert "learn the goal again" in checked.out
    assert f"{file}, line " in place.call("traces", "list").err
    assert file.read_bytes() == broken
    assert place.names == set()


def test_a_goal_whose_trace_is_broken_can_be_learned_again(place: Place) -> None:
    (file,) = place.traces
    whole = file.read_text("utf-8")
    file.write_text(whole[:400], "utf-8")
    (place.folder / "hello.txt").unlink()
    again = place.run(GOAL)
    assert (again.code, again.result["mode"]) == (0, "LEARNER")
    assert place.run(GOAL).result["mode"] == "FOLLOWER"
    assert place.read("hello.txt") == "hello"


def test_an_edited_trace_waits_for_a_person(place: Place) -> None:
    (file,) = place.traces
    text = file.read_text("utf-8")
    assert 'answer: "Wrote' in text
    file.write_text(text.replace('answer: "Wrote', 'answer: "Yes, wrote'), "utf-8")
    done = place.run(GOAL, "--mode", "FOLLOWER")
    assert done.code != 0
    assert done.result["steps"] == []
    assert "--accept" in done.result["reason"]
    checked = place.call("traces", "verify")
    assert checked.code == 1
    assert "edited" in checked.out
    (name,) = (word for word in done.result["reason"].split() if len(word) == 16 and word.isalnum())
    assert place.call("traces", "verify", name, "--accept").code == 0
    assert place.call("traces", "verify").code == 0
    accepted = place.run(GOAL)
    assert (accepted.code, accepted.result["mode"]) == (0, "FOLLOWER")
    assert accepted.result["output"].startswith("Yes, wrote")


@pytest.mark.parametrize("verb", [("run", GOAL), ("traces", "list"), ("traces", "verify"), ("stats",)])
@pytest.mark.parametrize("folder", ["memories/traces", "state"])
def test_a_file_where_a_folder_belongs_is_named(place: Place, verb: tuple[str, ...], folder: str) -> None:
    path = place.folder / ".llmos" / folder
    shutil.rmtree(path)
    path.write_text("I am a file\n")
    done = place.call(*verb)
    assert str(path) in done.err + done.out or (done.code == 0 and verb[0] != "run")
    assert path.read_text() == "I am a file\n"
    assert place.read("hello.txt") == "hello"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_named(place: Place) -> None:
    path = place.folder / ".llmos" / "memories" / "traces"
    path.chmod(0)
    try:
        done = place.call("run", GOAL)
    finally:
        path.chmod(0o700)
    assert done.code == 1
    assert str(path) in done.err


@pytest.mark.parametrize("name", ["runs.db", "index.db"])
def test_a_damaged_database_ends_in_a_message_or_is_made_anew(place: Place, name: str) -> None:
    state = place.folder / ".llmos" / "state"
    for path in state.glob(f"{name}*"):
        path.unlink()
    (state / name).write_bytes(b"this is no database\n" * 100)
    done = place.run(GOAL)
    assert done.code == 0 or name in done.result["reason"] + done.err
    assert place.read("hello.txt") == "hello"


def test_a_workspace_that_does_not_exist_is_wrong_usage(place: Place) -> None:
    done = place.call("-C", str(place.root / "nowhere"), "run", GOAL)
    assert done.code == 2
    assert "nowhere" in done.err
    assert not (place.root / "nowhere").exists()


def test_a_goal_that_is_no_text_is_wrong_usage(place: Place) -> None:
    place.write("noise", "").write_bytes(b"\xff\xfe\xfa")
    with (place.folder / "noise").open("rb") as noise:
        piped = ended(place.start("run", "-", stdin=noise))
    argued = place.call("run", os.fsdecode(b"write \xff into a.txt"))
    for done in (piped, argued):
        assert (done.code, done.out) == (2, "")
        assert "no UTF-8 text at character" in done.err
