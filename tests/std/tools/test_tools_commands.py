"""Laws: a command gets a small environment and no input, is over when its time is, and leaves nothing running."""

import asyncio
import os
from pathlib import Path

import pytest
from tool_calls import Scene

from llmos_core import aio
from llmos_core.errors import ToolError
from llmos_core.types.tools import Effect
from llmos_std.tools.commands import Bash, Python
from llmos_std.tools.config import CommandsConfig
from llmos_std.tools.environment import minimal_environment
from llmos_std.tools.kin import Kin

BASH, PYTHON = Bash(CommandsConfig()), Python(CommandsConfig())


def living(marker):
    """Process ids whose command line holds `marker`."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            text = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
            state = (entry / "stat").read_bytes().rpartition(b")")[2].split()[0] if text else b"Z"
        except OSError:
            continue
        if marker.encode() in text and state != b"Z":
            found.append(int(entry.name))
    return found


def test_what_a_command_says_and_how_it_ends_come_back(scene):
    answer = scene.call(BASH, command="echo out; echo err >&2; exit 3")
    assert answer == {"exit_code": 3, "stdout": "out\n", "stderr": "err\n"}
    assert BASH.is_failure(answer)
    assert not BASH.is_failure(scene.call(BASH, command="true"))


def test_python_code_runs_by_itself(scene):
    scene.put("json.py", "raise SystemExit('not this one')")
    answer = scene.call(PYTHON, code="import json, os; print(json.dumps('é'), os.getcwd())")
    assert answer == {"exit_code": 0, "stdout": f'"\\u00e9" {scene.workspace}\n', "stderr": ""}
    failed = scene.call(PYTHON, code="1 / 0")
    assert PYTHON.is_failure(failed)
    assert "ZeroDivisionError" in failed["stderr"]


def test_a_command_runs_in_the_workspace_without_input(scene):
    assert scene.call(BASH, command="pwd; cat")["stdout"] == f"{scene.workspace}\n"


def test_a_command_killed_by_a_signal_says_which(scene):
    assert scene.call(BASH, command="kill -9 $$")["exit_code"] == -9


def test_secrets_of_the_environment_do_not_reach_a_command(tmp_path):
    environ = {"HOME": "/home/me", "OPENAI_API_KEY": "k", "GITHUB_TOKEN": "t", "PGPASSWORD": "p", "EDITOR": "vi"}
    scene = Scene(tmp_path, environ={**environ, "PATH": os.environ["PATH"], "BASH_ENV": "evil", "LD_PRELOAD": ""})
    seen = scene.call(BASH, command="env")["stdout"]
    assert "HOME=/home/me\n" in seen
    assert not [name for name in ("OPENAI", "GITHUB", "PGPASS", "EDITOR", "BASH_ENV", "LD_PRELOAD") if name in seen]


def test_the_user_may_let_more_names_pass_but_no_secret():
    environ = {"EDITOR": "vi", "MY_TOKEN": "t", "DATABASE_URL": "u", "SSH_AUTH_SOCK": "s", "AWS_SESSION": "x"}
    seen = minimal_environment(environ, tuple(environ))
    assert seen["EDITOR"] == "vi"
    assert not set(seen) & (set(environ) - {"EDITOR"})


def test_programs_are_never_looked_for_in_relative_folders():
    assert minimal_environment({"PATH": ".:bin::/usr/bin:"})["PATH"] == "/usr/bin"
    assert minimal_environment({})["PATH"] == minimal_environment({"PATH": "."})["PATH"] != ""


def test_a_command_that_takes_too_long_is_killed_with_all_its_children(scene):
    command = "setsid sleep 987001 & (setsid setsid sleep 987001 &) ; nohup sleep 987001 & sleep 987001"
    with pytest.raises(ToolError, match=r"not done after 0\.3 s"):
        scene.call(BASH, command=command, timeout_s=0.3)
    assert living("987001") == []


@pytest.mark.parametrize("attempt", range(8))
def test_children_that_multiply_while_they_are_killed_do_not_get_away(scene, attempt):
    command = (
        "for i in 1 2 3 4 5 6 7 8; do (setsid bash -c 'setsid sleep 98701%d & setsid sleep 98701%d' &); done; sleep 9"
    )
    with pytest.raises(ToolError):
        scene.call(BASH, command=command % (attempt, attempt), timeout_s=0.02 + attempt * 0.01)
    assert living(f"98701{attempt}") == []


def test_the_time_left_of_the_run_is_the_upper_bound(tmp_path):
    scene = Scene(tmp_path, timeout_s=0.2)
    with pytest.raises(ToolError, match=r"after 0\.2 s"):
        scene.call(BASH, command="sleep 50", timeout_s=60)
    with pytest.raises(ToolError, match=r"after 0\.2 s"):
        scene.call(PYTHON, code="import time; time.sleep(50)")


def test_what_a_command_leaves_in_the_background_is_killed_and_not_waited_for(scene):
    answer = scene.call(BASH, command="sleep 987002 & (setsid sleep 987002 &) ; echo started")
    assert answer == {"exit_code": 0, "stdout": "started\n", "stderr": ""}
    assert living("987002") == []


def test_cancelling_kills_the_command_and_its_children(scene):
    async def cancelled():
        task = asyncio.create_task(
            BASH.call({"command": "setsid sleep 987003 & echo $$ > started; sleep 987003"}, scene.context)
        )
        while not (scene.workspace / "started").exists():  # noqa: ASYNC110 – only the file system can tell
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert living("987003") == []


def test_whoever_is_slow_to_die_is_waited_for(monkeypatch):
    found, pauses = iter([True] * 120 + [False] * 3), []
    monkeypatch.setattr(Kin, "_kill_found", lambda _kin, _leader: next(found))
    monkeypatch.setattr("llmos_std.tools.kin.time.sleep", pauses.append)
    Kin().kill(2**30)
    assert list(found) == [False]
    assert sum(pauses) > 1


def test_two_commands_at_once_do_not_kill_each_other(scene):
    async def both():
        long = BASH.call({"command": "sleep 0.5; echo long"}, scene.context)
        short = BASH.call({"command": "echo short"}, scene.context)
        return await asyncio.gather(long, short)

    assert [answer["stdout"] for answer in asyncio.run(both())] == ["long\n", "short\n"]


def test_too_much_output_loses_its_middle_and_says_so(scene):
    bash = Bash(CommandsConfig(output_bytes=1_000))
    answer = scene.call(bash, command="echo first; yes | head -c 1000000; echo last; echo fine >&2")
    lines = answer["stdout"].splitlines()
    assert (lines[0], lines[-1]) == ("first", "last")
    assert any(line.startswith("… ") and "bytes cut" in line for line in lines)
    assert len(answer["stdout"]) < 1_100
    assert answer["stderr"] == "fine\n"


def test_output_of_exactly_the_allowed_size_is_whole(scene):
    bash = Bash(CommandsConfig(output_bytes=1_000))
    assert scene.call(bash, command="head -c 1000 /dev/zero | tr '\\0' x")["stdout"] == "x" * 1_000


def test_endless_output_ends_with_the_time(scene):
    with pytest.raises(ToolError, match="not done"):
        scene.call(BASH, command="yes", timeout_s=0.3)


def test_bytes_that_are_no_text_are_replaced(scene):
    assert scene.call(BASH, command=r"printf 'a\377b'")["stdout"] == "a�b"


@pytest.mark.parametrize("command", ["a\0b", "x" * 3_000_000])
def test_a_command_that_cannot_be_started_is_an_error_with_a_short_message(scene, command):
    with pytest.raises(ToolError) as caught:
        scene.call(BASH, command=command)
    assert len(str(caught.value)) < 200


def test_a_missing_workspace_or_shell_is_named(scene, tmp_path):
    from llmos_core.protocols.acting import ToolContext

    gone = ToolContext(workspace=tmp_path / "gone", run_id="r", timeout_s=120.0, environ={})
    with pytest.raises(ToolError, match="gone"):
        aio.run(aio.call(BASH.call, {"command": "ls"}, gone))
    bare = ToolContext(workspace=tmp_path, run_id="r", timeout_s=120.0, environ={"PATH": "/nowhere"})
    with pytest.raises(ToolError, match="install bash"):
        aio.run(aio.call(BASH.call, {"command": "ls"}, bare))


def test_without_bash_the_plain_shell_serves(tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "sh").symlink_to("/bin/sh")
    (tmp_path / "s").mkdir()
    scene = Scene(tmp_path / "s", environ={"PATH": str(tmp_path / "bin")})
    assert scene.call(BASH, command="echo $0 works")["stdout"].endswith("sh works\n")


def test_a_repository_cannot_name_a_program_that_git_status_would_start(scene):
    script = (
        "git init -q . && printf '#!/bin/sh\\ntouch started\\n' > monitor && chmod +x monitor"
        " && git config core.fsmonitor ./monitor"
    )
    if scene.call(BASH, command=script)["exit_code"]:
        pytest.skip("no git here")
    scene.call(BASH, command="git status")
    assert not (scene.workspace / "started").exists()


@pytest.mark.parametrize(
    ("command", "effect"),
    [
        ("ls -la", Effect.READ),
        ("cat a.txt | wc -l", Effect.READ),
        ("mkdir -p a/b", Effect.REVERSIBLE_WRITE),
        ("echo x > out.txt", Effect.REVERSIBLE_WRITE),
        ("pytest", Effect.UNKNOWN),
        ("rm -rf /", Effect.UNKNOWN),
        ("echo 'unclosed", Effect.UNKNOWN),
        (None, Effect.UNKNOWN),
    ],
)
def test_the_effect_of_a_command_is_never_safer_than_what_is_certain(command, effect):
    assert BASH.effect_of({"command": command}) is effect
    assert PYTHON.spec.effect is Effect.UNKNOWN
