"""Law of sharing: what one user exports another can take in, look at, and let act; nothing acts before that."""

import json
import stat
from pathlib import Path

import pytest

HELLO = "create a file hello.txt that says hello"


@pytest.fixture
def elsewhere(shell, tmp_path, monkeypatch):
    """Move the shell to another user's home and workspace when it is called."""

    def move():
        for name in ("workspace", "home"):
            folder = tmp_path / "elsewhere" / name
            folder.mkdir(parents=True)
            setattr(shell, name, folder)
        monkeypatch.setenv("LLMOS_HOME", str(shell.home))
        monkeypatch.chdir(shell.workspace)
        return shell

    return move


@pytest.mark.spec("BU-001", "BU-014", "BU-030", "BU-031")
def test_a_trace_travels_waits_is_read_and_then_acts(shell, elsewhere, tmp_path):
    trace_id = shell.learn()
    shell("keys", "new")
    bundle = tmp_path / "hello.bundle"
    code, out, err = shell("traces", "export", trace_id[:8], "-o", str(bundle), "--sign")
    assert (code, out) == (0, f"1 traces in {bundle}, signed\n"), err
    assert stat.S_IMODE(bundle.stat().st_mode) == 0o600

    elsewhere()
    code, out, _ = shell("traces", "import", str(bundle))
    assert code == 0
    assert "1 traces imported" in out
    assert "a key that you do not know" in out
    explained = shell.json("traces", "explain", HELLO, "--json")
    assert not explained["replayable"]

    again = tmp_path / "again.bundle"
    assert shell("traces", "export", trace_id, "-o", str(again))[0] == 0
    signed = json.loads(bundle.read_bytes())
    del signed["signature"]
    assert json.loads(again.read_bytes()) == signed

    (waiting,) = shell.json("traces", "review", "--json")
    assert (waiting["id"], waiting["state"], waiting["paths"]) == (trace_id, "imported", ["hello.txt"])
    _, told, _ = shell("traces", "review")
    assert "Write (idempotent_write)" in told or "Write (" in told
    assert "path: hello.txt" in told

    code, out, err = shell("traces", "review", "--accept", trace_id)
    assert code == 0, err
    result = shell.json("run", HELLO, "--json")
    assert (result["mode"], result["trace_id"], result["model_calls"]) == ("FOLLOWER", trace_id, 0)
    assert shell.json("traces", "review", "--json") == []
    assert "0 traces imported, 1 known already" in shell("traces", "import", str(bundle))[1]
    assert shell.json("traces", "explain", HELLO, "--json")["replayable"]


@pytest.mark.spec("BU-031")
def test_a_rejected_trace_is_gone(shell, elsewhere, tmp_path):
    trace_id = shell.learn()
    bundle = tmp_path / "b"
    shell("traces", "export", trace_id, "-o", str(bundle))
    elsewhere()
    shell("traces", "import", str(bundle))
    assert shell("traces", "review", "--reject", trace_id)[0] == 0
    assert shell.json("traces", "list", "--json") == []


@pytest.mark.spec("BU-010")
def test_of_a_changed_bundle_nothing_is_taken(shell, elsewhere, tmp_path):
    bundle = tmp_path / "b"
    shell("traces", "export", shell.learn(), "-o", str(bundle))
    bundle.write_bytes(bundle.read_bytes().replace(b"hello.txt", b"other.txt"))
    elsewhere()
    assert shell("traces", "import", str(bundle))[0] != 0
    assert shell.json("traces", "list", "--json") == []


@pytest.mark.spec("BU-013", "BU-021")
def test_a_known_signature_is_named(shell, elsewhere, tmp_path):
    trace_id = shell.learn()
    _, public, _ = shell("keys", "new")
    bundle = tmp_path / "b"
    shell("traces", "export", trace_id, "-o", str(bundle), "--sign")
    assert "signed by yourself" in shell("traces", "import", str(bundle))[1]
    elsewhere()
    shell("keys", "trust", public.strip(), "Ada")
    assert "Ada" in shell("keys", "list")[1]
    assert "signed by Ada" in shell("traces", "import", str(bundle))[1]
    assert shell.json("traces", "review", "--json")[0]["state"] == "imported"
    assert shell("keys", "distrust", "Ada")[0] == 0
    assert shell("keys", "distrust", "Ada")[0] == 2


def path_of(shell, trace_id: str) -> Path:
    return Path(shell("traces", "path", trace_id)[1].strip())


@pytest.mark.spec("BU-030")
def test_an_edited_trace_is_shown_with_what_changed_and_nothing_hidden(shell):
    path = path_of(shell, shell.learn())
    text = path.read_text("utf-8")
    assert "hello" in text
    lines = [
        line.replace("hello", "goodbye\\u001b[2J") if line.startswith("  content:") else line
        for line in text.split("\n")
    ]
    path.write_text("\n".join(lines), "utf-8")
    (waiting,) = shell.json("traces", "review", "--json")
    assert waiting["state"] == "edited"
    assert any(line.startswith("-") and "hello" in line for line in waiting["changed"])
    assert any(line.startswith("+") and "goodbye" in line for line in waiting["changed"])
    _, told, _ = shell("traces", "review")
    assert "\x1b" not in told
    assert "goodbye\\x1b[2J" in told


@pytest.mark.spec("BU-003")
def test_a_secret_is_not_exported(shell, tmp_path):
    trace_id = shell.learn()
    path = path_of(shell, trace_id)
    token = "ghp_" + "Zk4nAr1Y" * 4 + "s1ng"
    path.write_text(path.read_text("utf-8").replace('content: "hello"', f'content: "{token}"'), "utf-8")
    (waiting,) = shell.json("traces", "review", "--json")
    code, _, err = shell("traces", "export", waiting["id"], "-o", str(tmp_path / "b"))
    assert code != 0
    assert "secret" in err
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize(
    "words", [("export",), ("export", "ffffffff", "-o", "x"), ("import", "missing"), ("review", "--accept", "ffff")]
)
def test_wrong_usage_is_said(shell, words):
    assert shell("traces", *words)[0] == 2
    assert "x" not in shell.files()


@pytest.mark.spec("BU-031")
def test_what_was_changed_after_it_was_read_is_not_accepted(shell):
    trace_id = shell.learn()
    path = path_of(shell, trace_id)
    path.write_text(path.read_text("utf-8").replace('content: "hello"', 'content: "rather another text"'), "utf-8")
    code, _, err = shell("traces", "review", "--accept", trace_id)
    assert code == 2, err
    assert [each["state"] for each in shell.json("traces", "review", "--json")] == ["edited"]


@pytest.mark.spec("BU-031")
def test_several_traces_are_accepted_at_once_or_none(shell):
    shell.learn()
    assert shell("run", "create a file second.txt that says hello", "-y")[0] == 0
    for trace in shell.json("traces", "list", "--json"):
        path = path_of(shell, trace["id"])
        path.write_text(path.read_text("utf-8").replace('content: "hello"', 'content: "rather another text"'), "utf-8")
    ids = [each["id"] for each in shell.json("traces", "review", "--json")]
    assert shell("traces", "review", "--accept", ids[0], "--accept", "ffff")[0] == 2
    assert len(shell.json("traces", "review", "--json")) == len(ids) == 2
    code, _, err = shell("traces", "review", "--accept", ids[0], "--accept", ids[1])
    assert code == 0, err
    assert shell.json("traces", "review", "--json") == []
