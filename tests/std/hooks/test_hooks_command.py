"""Law: a hook command is told the event, sees little else, and is gone when its time is up; no answer is a denial."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llmos_core import aio
from llmos_core.types.decision import Decision
from llmos_std.hooks.answers import Answer
from llmos_std.hooks.api import change
from llmos_std.hooks.command import asker
from llmos_std.hooks.dialect import told, understood
from llmos_std.hooks.events import payload
from llmos_std.hooks.replies import ReplyError

ENVIRON = {"PATH": os.environ["PATH"], "HOME": "/home/nobody", "OPENAI_API_KEY": "secret", "EDITOR": "vi"}


def ask(
    command: str, workspace: Path, *, timeout_s: float = 120.0, moment: str = "pre_tool_use", **facts: Any
) -> Answer:
    event = payload(moment, session_id="s", workspace=workspace, permission_mode="ask", **facts)
    made = asker(command, moment, workspace=workspace, environ=ENVIRON, timeout_s=timeout_s)

    async def asked() -> Answer:
        await aio.need_loop()
        return await made(event)

    return aio.run(asked())


CALL = {"tool_name": "Bash", "tool_input": {"command": "ls"}}


@pytest.mark.spec("HK-040")
def test_a_command_reads_the_event_as_one_json_object(tmp_path):
    ask("cat > event.json", tmp_path, **CALL)
    assert json.loads((tmp_path / "event.json").read_text()) == {
        "session_id": "s",
        "cwd": str(tmp_path),
        "permission_mode": "ask",
        "hook_event_name": "PreToolUse",
        **CALL,
    }


@pytest.mark.spec("HK-040")
def test_an_event_larger_than_any_pipe_arrives_whole(tmp_path):
    ask("wc -c > size", tmp_path, tool_name="Write", tool_input={"content": "ä" * 400_000})
    assert int((tmp_path / "size").read_text()) > 400_000


@pytest.mark.spec("HK-041")
def test_it_runs_in_the_workspace_with_a_small_environment(tmp_path):
    ask("pwd > where; env > seen", tmp_path, **CALL)
    seen = dict(line.split("=", 1) for line in (tmp_path / "seen").read_text().splitlines() if "=" in line)
    assert Path((tmp_path / "where").read_text().strip()).samefile(tmp_path)
    assert seen["LLMOS_PROJECT_DIR"] == seen["CLAUDE_PROJECT_DIR"] == str(tmp_path)
    assert "OPENAI_API_KEY" not in seen
    assert "EDITOR" not in seen


@pytest.mark.spec("HK-042")
@pytest.mark.parametrize(
    "command",
    ["exit 1", "exit 127", "./missing.sh", "kill -9 $$", "kill -11 $$", "printf '\\377\\376'", "echo '{'", "echo '[]'"],
)
def test_whatever_goes_wrong_is_no_answer(command, tmp_path):
    with pytest.raises(ReplyError):
        ask(command, tmp_path, **CALL)


@pytest.mark.spec("HK-042")
def test_output_without_end_is_no_answer_and_does_not_fill_the_memory(tmp_path):
    with pytest.raises(ReplyError):
        ask("head -c 3000000 /dev/zero", tmp_path, **CALL)


@pytest.mark.spec("HK-043")
def test_when_time_is_up_the_command_and_all_it_started_are_killed(tmp_path):
    child = "import os, time; open('child', 'w').write(str(os.getpid())); time.sleep(3600)"
    command = f'{sys.executable} -c "{child}" & {sys.executable} -c "{child}"'
    for timeout_s in (1.5, 15.0, 150.0):  # a busy machine may take long to start the child
        with pytest.raises(ReplyError, match="no answer"):
            ask(command, tmp_path, timeout_s=timeout_s, **CALL)
        if (tmp_path / "child").exists() and (tmp_path / "child").read_text():
            break
    assert not is_alive(int((tmp_path / "child").read_text()))


@pytest.mark.spec("HK-043")
def test_what_a_command_leaves_running_is_killed_too(tmp_path):
    assert ask("sleep 60 & echo $! > child", tmp_path, **CALL) == Answer()
    assert not is_alive(int((tmp_path / "child").read_text()))


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in ("Z", "X")


def test_a_command_can_deny_by_exit_code_and_by_json(tmp_path):
    assert ask("echo no such thing >&2; exit 2", tmp_path, **CALL).reason == "no such thing"
    answer = ask("""echo '{"decision": "block", "reason": "not now"}'""", tmp_path, **CALL)
    assert (answer.decision, answer.reason) == (Decision.DENY, "not now")


@pytest.mark.spec("HK-044")
def test_a_script_of_the_widely_used_form_finds_the_arguments_it_knows(tmp_path):
    program = (
        "import json, sys; e = json.load(sys.stdin)['tool_input']; sys.exit(2 * e['file_path'].endswith('/secret'))"
    )
    command = f'{sys.executable} -c "{program}"'
    assert ask(command, tmp_path, tool_name="Write", tool_input={"path": "secret"}).decision is Decision.DENY
    assert ask(command, tmp_path, tool_name="Write", tool_input={"path": "other"}).decision is Decision.ALLOW


texts = st.text(max_size=4)
edits = st.fixed_dictionaries({"path": texts, "old": texts, "new": texts}, optional={"all": st.booleans()})


@pytest.mark.spec("HK-044")
@given(edits)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_arguments_that_come_back_as_they_were_told_are_no_change(arguments):
    event = {"cwd": "/w", "tool_name": "Edit", "tool_input": arguments}
    assert understood(change(told(event)["tool_input"]), event).arguments == arguments


@pytest.mark.spec("HK-044")
@given(edits, texts, texts)
def test_a_change_under_either_name_is_the_same_change(arguments, ours, other):
    event = {"cwd": "/w", "tool_name": "Edit", "tool_input": arguments}
    shown = told(event)["tool_input"]
    by_ours = understood(change({**shown, "new": ours}), event).arguments
    by_other = understood(change({**shown, "new_string": other}), event).arguments
    assert by_ours == {**arguments, "new": ours}
    assert by_other == {**arguments, "new": other}
    if len({ours, other, arguments["new"]}) == 3:
        with pytest.raises(ReplyError):
            understood(change({**shown, "new": ours, "new_string": other}), event)
