"""Law of the approver: only y or yes is a yes, and nothing in the question can hide, move or pose as anything."""

import io
from contextlib import contextmanager

import pytest
from hook_actions import action, context
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.protocols.acting import Question
from llmos_std.hooks import approver
from llmos_std.hooks.approver import AutoApprover, TerminalApprover, open_approver, page_of, visible


def question(reason="because", tainted=False, **arguments):
    return Question(action=action("Bash", tainted=tainted, **arguments), reason=reason, action_hash="h")


def answered(typed, asked=None):
    """Return the answer and what was shown when `typed` is what the user types."""
    shown = io.StringIO()

    @contextmanager
    def streams():
        yield io.StringIO(typed), shown

    return TerminalApprover(streams).approve(asked or question()), shown.getvalue()


@given(st.text(max_size=10))
def test_only_y_or_yes_is_a_yes(typed):
    line = typed.replace("\r\n", "\n").replace("\r", "\n").split("\n")[0]
    assert answered(typed)[0] is (line.strip().lower() in ("y", "yes"))


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("y\n", True),
        ("Yes\n", True),
        (" y \n", True),
        ("", False),
        ("\n", False),
        ("n\n", False),
        ("yep\n", False),
        ("\ny\n", False),
    ],
)
def test_each_answer_means_what_people_expect(typed, answer):
    assert answered(typed)[0] is answer


@given(st.text(max_size=200), st.text(max_size=50), st.text(max_size=50))
def test_everything_shown_is_printable_and_indented(command, name, reason):
    page = page_of(question(reason=reason, **{name or "command": command}))
    lines = page.split("\n")
    assert all(line.isprintable() for line in lines)
    assert [line for line in lines if not line.startswith(" ")] == ["", lines[1], lines[-1]]
    assert lines[1].startswith("llmos asks: may Bash run?")
    assert lines[-1] == "Allow exactly this call? [y/N] "


@given(st.text("ab\n", min_size=2001, max_size=3000))
def test_a_long_argument_keeps_both_ends_and_says_what_is_missing(command):
    page = page_of(question(command=command))
    assert f"{len(command) - 2000} characters are not shown" in page
    shown = [line[6:] for line in page.split("\n") if line.startswith("    | ")]
    text = "\n".join(shown)
    assert text.startswith(command[:1500])
    assert text.endswith(command[-500:])


def test_characters_that_would_move_others_are_shown_as_codes():
    assert visible("a\x1b[2Jb\u202ec\rd\u200be é") == "a\\x1b[2Jb\\u202ec\\rd\\u200be é"


def test_the_page_says_what_is_asked_and_why():
    _, page = answered("n\n", question(reason="it is unknown", command="make\nmake install", timeout_s=3))
    for part in ("may Bash run?", "effect: unknown", "    | make\n    | make install", "    | 3", "it is unknown"):
        assert part in page
    assert "text from outside" not in page
    assert "text from outside" in page_of(question(tainted=True))


def test_minus_y_says_yes():
    assert AutoApprover().approve(question()) is True


class Screen(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("terminals", "can_ask"),
    [((), False), (("stdin",), False), (("stderr",), False), (("stdin", "stderr"), True), (("stdin", "stdout"), True)],
)
def test_without_somebody_who_sees_and_answers_there_is_no_approver(monkeypatch, tmp_path, terminals, can_ask):
    monkeypatch.setattr(approver, "TERMINAL", tmp_path / "no-terminal")
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(f"sys.{name}", Screen("y\n") if name in terminals else io.StringIO("y\n"))
    found = open_approver(context())
    assert (found is not None) is can_ask
    if found is not None:
        assert found.approve(question()) is True


def test_a_terminal_is_asked_even_when_standard_input_is_a_pipe(monkeypatch, tmp_path):
    terminal = tmp_path / "terminal"
    terminal.write_text("y\n")
    monkeypatch.setattr(approver, "TERMINAL", terminal)
    monkeypatch.setattr("sys.stdin", io.StringIO("the goal\n"))
    monkeypatch.setattr("sys.stderr", Screen())
    assert open_approver(context()) is not None
