"""Law: code runs only after it has proven itself, only as it was promoted, and only until it fails twice in a row.

A command line in a folder of its own; the promotion is the user's, the code lies in the workspace.
"""

from pathlib import Path
from typing import Any

import pytest

from llmos_core.types.json import digest
from llmos_std.compiling.loading import PYTHON, packed, unpacked
from llmos_std.compiling.promotions import FILE_NAME, Promotion, Promotions

HELLO = "create a file hello.txt that says hello"


def proven(shell: Any, *, uses: int = 5) -> str:
    """Learn the goal and replay it so often; return the trace's id."""
    trace_id = str(shell.learn())
    for _ in range(uses):
        assert run(shell)["mode"] == "FOLLOWER"
    return trace_id


def run(shell: Any) -> Any:
    (shell.workspace / "hello.txt").unlink(missing_ok=True)
    result = shell.json("run", HELLO, "--json")
    assert (shell.workspace / "hello.txt").read_text() == "hello"
    assert result["status"] == "succeeded"
    assert result["model_calls"] == 0
    return result


def code_of(shell: Any) -> Path:
    (path,) = (shell.workspace / ".llmos" / "plugins" / "generated").iterdir()
    return Path(path)


@pytest.mark.spec("RP-076")
def test_before_five_good_uses_nothing_is_promoted_and_nothing_is_written(shell: Any) -> None:
    trace_id = proven(shell, uses=4)
    before = shell.files()
    code, out, err = shell("traces", "compile", trace_id, "--promote")
    assert (code, out) == (2, "")
    assert "it was used 4 times, 5 are needed" in err
    code, out, _ = shell("traces", "compile", trace_id)
    assert code == 0
    assert "not yet" in out
    assert shell.files() == before
    run(shell)
    assert shell("traces", "compile", trace_id, "--promote")[0] == 0


@pytest.mark.spec("RP-070", "RP-076", "RP-077")
def test_a_promoted_trace_runs_as_code_until_it_is_taken_back(shell: Any) -> None:
    trace_id = proven(shell)
    code, out, _ = shell("traces", "compile", trace_id[:8], "--promote")
    assert code == 0
    assert str(code_of(shell)) in out
    assert [run(shell)["mode"] for _ in range(2)] == ["CRYSTALLIZED"] * 2
    assert "promoted" in shell("traces", "compile", trace_id)[1]
    assert shell.json("traces", "show", trace_id, "--json")["uses"] == 7
    assert shell("traces", "compile", trace_id, "--demote")[0] == 0
    assert run(shell)["mode"] == "FOLLOWER"
    assert shell("traces", "compile", trace_id, "--demote")[0] == 2


@pytest.mark.spec("RP-074", "RP-077")
def test_what_is_shown_is_what_is_stored_to_the_byte(shell: Any) -> None:
    trace_id = proven(shell)
    _, shown, told = shell("traces", "compile", trace_id, "--show")
    assert "generated tests pass" in told
    shell("traces", "compile", trace_id, "--promote")
    assert code_of(shell).read_text() == shown


@pytest.mark.spec("RP-077")
@pytest.mark.parametrize("edit", ["one byte", "gone", "a link", "a folder"])
def test_edited_code_is_set_aside_and_the_trace_is_replayed(shell: Any, edit: str) -> None:
    trace_id = proven(shell)
    shell("traces", "compile", trace_id, "--promote")
    path, planted = code_of(shell), shell.workspace / "planted.py"
    content = path.read_text()
    path.unlink()
    if edit == "one byte":
        path.write_text(content + "\n")
    elif edit == "a link":
        planted.write_text(content)
        path.symlink_to(planted)
    elif edit == "a folder":
        path.mkdir()
    assert run(shell)["mode"] == "FOLLOWER"
    seen = shell.json("traces", "explain", HELLO, "--json")
    assert any("is not what was promoted" in each["reason"] for each in seen["rejected"])


@pytest.mark.spec("RP-077")
def test_a_workspace_cannot_bring_its_own_promotion(shell: Any) -> None:
    trace_id = proven(shell)
    shell("traces", "compile", trace_id, "--promote")
    assert run(shell)["mode"] == "CRYSTALLIZED"
    for path in shell.home.rglob(f"{FILE_NAME}*"):
        path.unlink()
    assert run(shell)["mode"] == "FOLLOWER"
    marker = shell.workspace / "ran"
    code_of(shell).write_text(f"open({str(marker)!r}, 'w')\n")
    assert run(shell)["mode"] == "FOLLOWER"
    assert not marker.exists()


@pytest.mark.spec("RP-078")
def test_automatic_promotion_needs_the_setting_and_no_more(shell: Any) -> None:
    shell.configure('[model]\nprovider = "builtin"\n[dispatcher]\nauto_crystallization = true\n')
    shell.learn()
    assert [run(shell)["mode"] for _ in range(7)] == ["FOLLOWER"] * 5 + ["CRYSTALLIZED"] * 2


@pytest.mark.spec("RP-078")
def test_what_was_taken_back_is_not_promoted_again_by_itself(shell: Any) -> None:
    shell.configure('[model]\nprovider = "builtin"\n[dispatcher]\nauto_crystallization = true\n')
    trace_id = proven(shell)
    assert run(shell)["mode"] == "CRYSTALLIZED"
    shell("traces", "compile", trace_id, "--demote")
    assert [run(shell)["mode"] for _ in range(2)] == ["FOLLOWER"] * 2


@pytest.mark.spec("RP-076")
def test_a_trace_that_was_forgotten_and_learned_again_proves_itself_again(shell: Any) -> None:
    trace_id = proven(shell)
    shell("traces", "compile", trace_id, "--promote")
    shell("traces", "forget", trace_id, "-y")
    (shell.workspace / "hello.txt").unlink()
    assert shell.learn() == trace_id
    assert run(shell)["mode"] == "FOLLOWER"


@pytest.mark.spec("RP-076")
def test_the_configured_lines_count(shell: Any) -> None:
    shell.configure('[model]\nprovider = "builtin"\n[dispatcher]\ncrystallization_min_usage = 2\n')
    trace_id = proven(shell, uses=1)
    assert shell("traces", "compile", trace_id, "--promote")[0] == 2
    run(shell)
    assert shell("traces", "compile", trace_id, "--promote")[0] == 0


@pytest.mark.spec("RP-077")
def test_another_python_compiles_the_code_again(shell: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    trace_id = proven(shell)
    shell("traces", "compile", trace_id, "--promote")
    monkeypatch.setattr("llmos_std.compiling.loading.PYTHON", "another")
    assert run(shell)["mode"] == "CRYSTALLIZED"


def test_byte_code_is_only_taken_from_the_same_python_and_whole() -> None:
    code = packed("x = 1\n", "x")
    assert unpacked(code, PYTHON) is not None
    assert unpacked(code, "another") is None
    assert unpacked(code[:-3], PYTHON) is None
    assert unpacked(b"", PYTHON) is None


def test_generated_code_needs_no_trust_of_the_folder(shell: Any) -> None:
    trace_id = proven(shell)
    shell("traces", "compile", trace_id, "--promote")
    _, _, err = shell("run", HELLO)
    assert "trust" not in err


@pytest.fixture
def promotions(tmp_path: Path) -> Promotions:
    made = Promotions(tmp_path / "state" / FILE_NAME, tmp_path)
    made.promote("1a2b", Promotion(name="x", sha256=digest("x"), python="3", code=b"", at="2026"))
    return made


def outcomes(promotions: Promotions, *told: tuple[bool, bool]) -> bool:
    for is_success, was_final in told:
        promotions.count("1a2b", is_success=is_success, was_final=was_final, at="2026")
    found = promotions.of("1a2b")
    assert found is not None
    return not found.demoted_at


GOOD, BAD, WORST = (True, False), (False, False), (False, True)


@pytest.mark.spec("RP-079")
@pytest.mark.parametrize(
    ("told", "holds"),
    [
        ((GOOD, GOOD), True),
        ((BAD,), True),
        ((BAD, BAD), False),
        ((BAD, GOOD, BAD, GOOD, BAD), True),
        ((BAD, GOOD, BAD, BAD), False),
        ((GOOD, WORST), False),
        ((BAD, BAD, GOOD), False),
    ],
)
def test_two_failures_in_a_row_or_one_that_stays_demote(promotions: Promotions, told: Any, holds: bool) -> None:
    assert outcomes(promotions, *told) is holds


def test_a_promotion_belongs_to_one_workspace(promotions: Promotions, tmp_path: Path) -> None:
    other = Promotions(tmp_path / "state" / FILE_NAME, tmp_path / "elsewhere")
    assert promotions.of("1a2b") is not None
    assert other.of("1a2b") is None
    assert not other.demote("1a2b", reason="", at="")
