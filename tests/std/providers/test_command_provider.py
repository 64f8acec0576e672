"""Law: a program is asked within its limits, nothing of it stays behind, and what it writes is read as it is meant."""

import asyncio
import json
import os
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest

from llmos_core import aio
from llmos_core.errors import NoModelError, ProviderError
from llmos_core.testing.suites.provider import provider_suite
from llmos_core.types.model import Message, ModelReply, ModelRequest
from llmos_core.types.record import evolve
from llmos_core.types.transcript import Usage
from llmos_std.providers.command.provider import CommandProvider
from llmos_std.providers.config import CommandConfig
from servers.asking import WRITE

ASKED = ModelRequest(messages=(Message(role="user", text="say ½"),), tools=(WRITE,), model="fast")
ENVIRON = {"PATH": os.environ["PATH"], "HOME": "/", "OPENAI_API_KEY": "sk-secret", "MY_MODEL": "llama"}


def sh(script, **settings):
    """Return a provider whose program is a shell script."""
    return CommandProvider(CommandConfig(argv=("sh", "-c", script), **settings), ENVIRON)


def ask(provider, request=ASKED, on_text=len):
    return aio.run(aio.call(provider.complete, request, on_text))


def failure(provider, request=ASKED):
    with pytest.raises(ProviderError) as raised:
        ask(provider, request)
    return raised.value


def have_ended(pids):
    """Say whether all these processes end soon: whoever was killed still has to be scheduled once to die of it."""
    until = time.monotonic() + 60
    while any(is_alive(pid) for pid in pids.read_text().split()):
        if time.monotonic() > until:
            return False
        time.sleep(0.005)
    return True


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_request_arrives_as_json_on_standard_input(tmp_path):
    seen = tmp_path / "seen.json"
    ask(sh(f"cat > {seen}; echo ok"))
    request = json.loads(seen.read_bytes())
    assert request["messages"] == [{"role": "user", "text": "say ½"}]
    assert (request["model"], request["tools"][0]["name"], request["purpose"]) == ("fast", "Write", "learn")


@pytest.mark.spec("MX-004")
@pytest.mark.parametrize(
    ("written", "text", "tools"),
    [
        ("all done", "all done", []),
        ("two\nlines\n", "two\nlines", []),
        ("{curly} but text", "{curly} but text", []),
        ('{"answer": 5}', '{"answer": 5}', []),
        ('["a"]', '["a"]', []),
        ('{"text": "half ½"}', "half ½", []),
        ('\n {"calls": [{"tool": "Write", "arguments": {"path": "a"}}]}\n', "", ["Write"]),
        ('{"calls": [{"tool": "Write", "arguments": "{\\"path\\": \\"a\\",}"}]}', "", ["Write"]),
        ('{"schema": "llmos.model-reply/1", "text": "x"}', "x", []),
    ],
)
def test_what_is_written_is_read_as_it_is_meant(tmp_path, written, text, tools):
    (tmp_path / "reply").write_text(written, "utf-8")
    reply = ask(sh(f"cat {tmp_path}/reply"))
    assert (reply.text, [call.tool for call in reply.calls]) == (text, tools)
    assert all(call.arguments == {"path": "a"} for call in reply.calls)


@pytest.mark.spec("MX-004")
def test_where_json_was_asked_for_an_object_is_the_answer():
    asked = evolve(ASKED, json_schema={"type": "object"})
    assert ask(sh("""echo '{"text": "x"}'"""), asked).text == '{"text": "x"}'
    assert ask(sh("""echo '{"schema": "llmos.model-reply/1", "text": "{}"}'"""), asked).text == "{}"


@pytest.mark.spec("MX-003", "MX-004")
@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('{"text": "unfinished', "no JSON"),
        ('{"calls": [{"tool": "Write", "arguments": {"path": "a"}', "no JSON"),
        ('{"calls": [{"name": "Write"}]}', "unknown key 'name'"),
        ('{"tool_calls": []}', "unknown key 'tool_calls'"),
        ('{"text": ""}', "neither says nor calls"),
        ('{"text": "x", "usage": {"cost_usd": "-1"}}', "finite amount"),
        ('{"text": "x", "usage": {"input_tokens": true}}', "input_tokens"),
        ('{"calls": [{"tool": "Write", "arguments": {"n": NaN}}]}', "JSON"),
        ("", "wrote nothing"),
        ("\n\n", "wrote nothing"),
        (b"\xff\xfe", "no UTF-8"),
    ],
)
def test_a_broken_reply_is_an_error_and_never_an_answer(tmp_path, written, said):
    (tmp_path / "reply").write_bytes(written if isinstance(written, bytes) else written.encode())
    assert said in str(failure(sh(f"cat {tmp_path}/reply")))


def test_exit_code_and_last_words_are_in_the_error():
    error = failure(sh("echo half an answer; echo 'model \033[31mnot found' >&2; exit 3", cost_usd=0))
    assert "exit code 3" in str(error)
    assert "model \ufffd[31mnot found" in str(error)
    assert error.usage == Usage(model="command", cost_usd=Decimal(0))
    assert "signal 9" in str(failure(sh("kill -9 $$")))


def test_no_secret_that_the_program_was_given_or_found_is_in_the_error():
    token = "ghp_" + "a1B2" * 9
    error = failure(sh(f'echo "key $OPENAI_API_KEY, token {token}" >&2; exit 1', env=["OPENAI_API_KEY"]))
    assert "it said: key ***, token ***" in str(error)


def test_what_a_failed_call_cost_is_unknown_unless_the_user_knows():
    assert failure(sh("exit 1")).usage is None


def test_a_program_that_takes_too_long_is_killed_with_its_children(tmp_path):
    pids = tmp_path / "pids"
    for timeout_s in (0.5, 5.0, 50.0):  # a busy machine may take long to start the children
        error = failure(sh(f"sleep 3600 & echo $! $$ > {pids}; trap '' TERM; sleep 3601", timeout_s=timeout_s))
        assert f"within {timeout_s:g} s" in str(error)
        if pids.exists() and len(pids.read_text().split()) == 2:
            break
    assert have_ended(pids)


def test_the_time_of_the_run_is_a_limit_too():
    assert "within 0.2 s" in str(failure(sh("sleep 60"), evolve(ASKED, timeout_s=0.2)))


def test_children_that_hold_the_output_open_delay_nothing_and_are_killed(tmp_path):
    pids = tmp_path / "pids"
    begun = time.monotonic()
    assert ask(sh(f"sleep 3600 & echo $! > {pids}; echo done")).text == "done"
    assert time.monotonic() - begun < 600
    assert have_ended(pids)


def test_a_program_that_writes_without_end_is_killed():
    assert "more than 1000 bytes" in str(failure(sh("yes", reply_bytes=1000)))
    assert ask(sh("head -c 999 /dev/zero | tr '\\0' x", reply_bytes=1000)).text == "x" * 999
    assert "more than 1000" in str(failure(sh("head -c 1001 /dev/zero | tr '\\0' x", reply_bytes=1000)))


def test_much_complaint_is_no_harm():
    assert ask(sh("yes complaint | head -c 3000000 >&2; echo fine")).text == "fine"


def test_a_program_that_reads_nothing_gets_a_large_request_all_the_same():
    large = evolve(ASKED, messages=(Message(role="user", text="x" * 3_000_000 + "\ud800"),))
    assert ask(sh("echo fine"), large).text == "fine"
    assert ask(sh("wc -c"), large).text.strip().isdigit()


@pytest.mark.parametrize("is_starting", [True, False])
def test_a_cancelled_call_leaves_nothing_behind(tmp_path, monkeypatch, is_starting):
    pids, begun, start = tmp_path / "pids", tmp_path / "begun", asyncio.create_subprocess_exec
    os.mkfifo(begun)
    script = f"sleep 60 & echo $! $$ > {pids}; echo > {begun}; wait"

    async def cancelled():
        may_return = asyncio.Event()

        async def slow_start(*arguments, **options):
            process = await start(*arguments, **options)
            await may_return.wait()
            return process

        if is_starting:
            monkeypatch.setattr(asyncio, "create_subprocess_exec", slow_start)
        task = asyncio.create_task(sh(script).complete(ASKED, len))
        await asyncio.to_thread(begun.read_text)
        task.cancel()
        await asyncio.sleep(0)
        may_return.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert have_ended(pids)


def test_the_environment_is_small_and_the_folder_is_not_the_workspace(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shown = ask(sh("env; echo folder=$(pwd)", env=["MY_MODEL", "ABSENT"])).text
    names = {line.partition("=")[0] for line in shown.splitlines()}
    assert names <= {"PATH", "HOME", "LANG", "MY_MODEL", "PWD", "OLDPWD", "SHLVL", "_", "folder"}
    assert "folder=/" in shown.splitlines()


def test_no_relative_path_and_no_relative_folder_of_the_search_path_is_trusted(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model").write_text("#!/bin/sh\necho trap\n")
    (tmp_path / "model").chmod(0o755)
    relative = CommandProvider(CommandConfig(argv=("./model",)), ENVIRON)
    assert "relative path" in relative.ready()
    found = CommandProvider(CommandConfig(argv=("model",)), {**ENVIRON, "PATH": f".:{ENVIRON['PATH']}"})
    assert "no program model" in found.ready()
    with pytest.raises(NoModelError):
        ask(found)


def test_readiness_says_what_is_missing(tmp_path):
    assert "argv" in CommandProvider(CommandConfig(), ENVIRON).ready()
    assert "no program" in CommandProvider(CommandConfig(argv=("absent-program",)), ENVIRON).ready()
    assert sh("echo hi").ready() == ""
    broken = tmp_path / "broken"
    broken.write_text("no program at all")
    broken.chmod(0o755)
    assert "cannot be started" in str(failure(CommandProvider(CommandConfig(argv=(str(broken),)), ENVIRON)))


@pytest.mark.parametrize(
    ("written", "most", "cost"),
    [
        ("hi", None, None),
        ("hi", "0", "0"),
        ("hi", "0.5", "0.5"),
        ('{"text": "hi", "usage": {"cost_usd": 0.25}}', "0.5", "0.25"),
        ('{"text": "hi", "usage": {"cost_usd": "0.25", "input_tokens": 7}}', None, "0.25"),
    ],
)
def test_a_cost_is_what_the_program_says_else_what_the_user_says(written, most, cost):
    provider = sh(f"echo '{written}'", cost_usd=most)
    wanted = None if cost is None else Decimal(cost)
    assert ask(provider).usage.cost_usd == wanted
    assert provider.quote(ASKED).cost_usd == (None if most is None else Decimal(most))
    assert ask(provider).usage.model == "command:fast"


def test_a_program_that_costs_more_than_it_may_is_booked_in_full_and_refused():
    error = failure(sh("""echo '{"text": "hi", "usage": {"cost_usd": 2}}'""", cost_usd=1))
    assert "$2" in str(error)
    assert error.usage.cost_usd == 2


def test_text_is_given_on_in_one_piece():
    pieces = []
    ask(sh("echo hi there"), on_text=pieces.append)
    assert pieces == ["hi there"]


@pytest.mark.parametrize(
    "wrong", [{"argv": "sh"}, {"argv": ["sh", 3]}, {"argv": [""]}, {"argv": ["a\0b"]}, {"timeout_s": 0}]
)
def test_wrong_settings_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        CommandConfig(**wrong)


ANSWERS = """
import json, sys
request = json.load(sys.stdin)
call = {"tool": "Write", "arguments": {"path": "hello.txt", "content": "hi"}}
print(json.dumps({"calls": [call, call]} if request["tools"] else {"text": "hello"}))
"""
TestProgram = provider_suite(
    lambda: CommandProvider(CommandConfig(argv=(sys.executable, "-c", ANSWERS), cost_usd=0), ENVIRON)
)
TestText = provider_suite(lambda: sh("echo hello"))
TestFailing = provider_suite(lambda: sh("exit 1"))
TestUnconfigured = provider_suite(lambda: CommandProvider(CommandConfig(), ENVIRON))


def test_the_suite_really_gets_answers():
    provider = CommandProvider(CommandConfig(argv=(sys.executable, "-c", ANSWERS)), ENVIRON)
    assert isinstance(ask(provider), ModelReply)
