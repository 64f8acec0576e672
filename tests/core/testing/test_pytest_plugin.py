"""Law: the fixtures give a stranger an isolated, offline llmos, and cost nothing where they are not asked for."""

import subprocess
import sys

import pytest

pytest_plugins = ["pytester"]

USES_EVERYTHING = """
import os, socket
from pathlib import Path
import pytest

def test_a_goal_is_executed_by_the_scripted_model(llmos_run, llmos_provider, llmos_workspace):
    llmos_provider.call("Write", path="a.txt", content="hi").say("done")
    result = llmos_run("make me a note that says hi")
    assert (result.status, result.output, result.model_calls) == ("succeeded", "done", 2)
    assert (llmos_workspace / "a.txt").read_text() == "hi"
    assert llmos_provider.left == 0

def test_and_replayed_without_it(llmos_run, llmos_provider, llmos_workspace):
    llmos_provider.call("Write", path="b.txt", content="hi").say("done")
    llmos_run("make me another note")
    (llmos_workspace / "b.txt").unlink()
    again = llmos_run("make me another note")
    assert (again.mode, again.model_calls, again.output) == ("FOLLOWER", 0, "done")

def test_the_home_is_empty_and_nobody_elses(llmos_home, llmos_workspace):
    assert Path.home() == llmos_home
    assert os.environ["LLMOS_HOME"] == str(llmos_home / "llmos")
    assert "OPENAI_API_KEY" not in os.environ
    assert list(llmos_home.iterdir()) == []
    assert Path.cwd() == llmos_workspace

def test_the_user_has_configured_nothing(llmos_kernel):
    assert llmos_kernel.section("model").provider == "auto"
    assert llmos_kernel.paths.user_config.parent.parent == Path.home()

def test_no_connection_leaves_the_machine(llmos_workspace):
    with pytest.raises(OSError, match="offline"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()

def test_time_stands_still(llmos_kernel, llmos_clock):
    before = llmos_kernel.clock.now()
    llmos_clock.advance(60)
    assert (llmos_kernel.clock.now() - before).total_seconds() == 60
"""


def test_a_stranger_can_use_every_fixture(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    monkeypatch.setenv("LLMOS_MODEL__PROVIDER", "litellm")
    pytester.makepyfile(USES_EVERYTHING)
    pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider").assert_outcomes(passed=6)


def test_the_fixtures_are_listed_with_what_they_give(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_subprocess("--fixtures", "-q")
    lines = result.outlines
    for name in ("home", "offline", "workspace", "clock", "provider", "kernel", "run"):
        place = next(number for number, line in enumerate(lines) if line.startswith(f"llmos_{name} "))
        assert lines[place + 1].strip().startswith(("Give", "Let")), lines[place : place + 2]


def test_a_test_run_that_does_not_use_them_imports_nothing_of_llmos(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys
        def test_what_is_loaded():
            loaded = sorted(name for name in sys.modules if name.startswith(("llmos", "hypothesis.")))
            assert [name for name in loaded if name.startswith("llmos")] == [
                "llmos_core", "llmos_core.testing", "llmos_core.testing.fixtures"
            ]
        """
    )
    pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider").assert_outcomes(passed=1)


def test_importing_the_plugin_adds_three_modules() -> None:
    program = (
        "import sys, pytest; before = set(sys.modules); import llmos_core.testing.fixtures; "
        "print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['llmos_core', 'llmos_core.testing', 'llmos_core.testing.fixtures']"
