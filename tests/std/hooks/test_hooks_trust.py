"""Law: a project's hooks are asked while its files are exactly those that the user trusted, and not a byte longer.

Never trusted, they are left out and that is said; once trusted, what changed or went missing stops everything until the
user has decided – in a new process as in a running one.
"""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core import aio
from llmos_core.config.paths import find_paths
from llmos_core.plugins.discovery import discover
from llmos_std.assembly import assemble
from llmos_std.boot import LLMOS, LLMOSConfig
from llmos_std.providers.scripted import ScriptedProvider
from llmos_std.trust.guarded import has_hooks, set_guarded
from llmos_std.trust.project import read_project
from llmos_std.trust.scripts import named_files
from llmos_std.trust.store import open_trust_store

GOAL = "note the weather"
WRITES = {"calls": [{"tool": "Write", "arguments": {"path": "weather.txt", "content": "rain"}}]}
GUARD = """from llmos_std.hooks.api import deny, pre_tool_use
@pre_tool_use("Write")
def no_snow(event):
    return deny("no snow") if "snow" in event.arguments["content"] else None
"""
SCRIPT = "#!/bin/sh\ntouch asked\n"
SETTINGS = json.dumps({"hooks": {"PreToolUse": [{"hooks": [{"type": "command", "command": "sh ./scripts/check.sh"}]}]}})


class Place:
    """A workspace and a home of its own."""

    def __init__(self, folder: Path) -> None:
        self.workspace, self.home = folder / "work", folder / "home"
        self.workspace.mkdir(parents=True)
        self.home.mkdir()
        self.environ = {"LLMOS_HOME": str(self.home), "PATH": os.environ["PATH"], "HOME": str(folder)}
        self.paths = find_paths(self.workspace, self.environ)

    def put(self, name: str, text: str) -> Path:
        path = self.workspace / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def trust(self) -> None:
        project = read_project(self.workspace)
        with open_trust_store(self.paths.user_state) as store:
            store.trust(self.workspace, project.digest, at="2026-01-01T00:00:00+00:00")
        set_guarded(self.paths.user_state, self.workspace, guarded=has_hooks(project))

    def revoke(self) -> None:
        with open_trust_store(self.paths.user_state) as store:
            store.revoke(self.workspace)
        set_guarded(self.paths.user_state, self.workspace, guarded=False)

    def system(self) -> LLMOS:
        provider = ScriptedProvider([WRITES, {"text": "done"}])
        return LLMOS(workspace=self.workspace, environ=self.environ, provider=provider)

    def run(self, goal: str = GOAL) -> Any:
        """Run a goal in a process's worth of llmos; the result knows its notices."""
        (self.workspace / "asked").unlink(missing_ok=True)
        system = self.system()
        return system.run(goal), system.notices

    @property
    def was_asked(self) -> bool:
        return (self.workspace / "asked").exists()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path)
    made.put("scripts/check.sh", SCRIPT)
    made.put(".llmos/hooks.json", SETTINGS)
    made.put(".llmos/plugins/guard.py", GUARD)
    return made


CHANGES: dict[str, Callable[[Place], Any]] = {
    "script edited": lambda place: place.put("scripts/check.sh", SCRIPT + "# more\n"),
    "script gone": lambda place: (place.workspace / "scripts/check.sh").unlink(),
    "settings edited": lambda place: place.put(".llmos/hooks.json", SETTINGS + " "),
    "settings gone": lambda place: (place.workspace / ".llmos/hooks.json").unlink(),
    "function edited": lambda place: place.put(".llmos/plugins/guard.py", GUARD + "\n"),
    "function gone": lambda place: (place.workspace / ".llmos/plugins/guard.py").unlink(),
    "plugin added": lambda place: place.put(".llmos/plugins/more.py", ""),
    "configuration added": lambda place: place.put(".llmos/config.toml", ""),
}


@pytest.mark.spec("HK-063")
def test_hooks_that_were_never_trusted_are_left_out_and_that_is_said(place: Place) -> None:
    result, notices = place.run()
    assert result.success
    assert not place.was_asked
    assert sum(".llmos/hooks.json" in notice for notice in notices) == 1


@pytest.mark.spec("HK-060")
def test_trusted_hooks_are_asked(place: Place) -> None:
    place.trust()
    assert place.run()[0].success
    assert place.was_asked


@pytest.mark.spec("HK-060", "HK-062")
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_any_change_stops_everything_until_the_user_has_decided(change: Callable[[Place], Any], place: Place) -> None:
    place.trust()
    change(place)
    result, notices = place.run()
    assert result.status == "denied"
    assert not place.was_asked
    assert not (place.workspace / "weather.txt").exists()
    assert any("llmos trust" in notice for notice in notices)
    place.revoke()
    assert place.run()[0].success


@pytest.mark.spec("HK-061", "HK-062")
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_the_same_holds_while_a_process_runs(change: Callable[[Place], Any], place: Place) -> None:
    place.trust()

    async def session() -> list[Any]:
        async with place.system() as system:
            first = await system.execute(GOAL)
            change(place)
            second = await system.execute(GOAL + " once more")
            place.put("scripts/check.sh", SCRIPT)
            place.put(".llmos/hooks.json", SETTINGS)
            place.trust()
            third = await system.execute(GOAL + " again")
            return [first, second, third]

    first, second, third = aio.run(session())
    assert (first.status, second.status, third.status) == ("succeeded", "denied", "succeeded")


@pytest.mark.spec("HK-061")
def test_hooks_that_change_within_a_call_are_not_asked_about_its_result(place: Place) -> None:
    place.put("scripts/check.sh", SCRIPT + 'echo "# again" >> scripts/check.sh\n')
    place.trust()
    result, _ = place.run()
    assert place.was_asked
    assert [step.status for step in result.steps] == ["error"]
    assert not result.success


@pytest.mark.spec("HK-061")
def test_a_new_decision_in_a_running_process_brings_the_new_hooks(place: Place) -> None:
    place.trust()

    async def session() -> Any:
        async with place.system() as system:
            await system.execute(GOAL)
            place.put(".llmos/plugins/guard.py", GUARD.replace("snow", "rain"))
            place.trust()
            return await system.execute(GOAL + " once more")

    result = aio.run(session())
    assert result.status == "denied"
    assert "no rain" in result.reason


@pytest.mark.spec("HK-064")
@pytest.mark.parametrize("text", [GUARD + "def (", GUARD + "1 / 0", GUARD + "raise SystemExit"])
def test_a_broken_file_that_may_hold_hooks_denies_every_call(text: str, place: Place) -> None:
    place.put(".llmos/plugins/guard.py", text)
    place.trust()
    result, notices = place.run()
    assert result.status == "denied"
    assert "guard.py" in result.reason
    assert any("guard.py" in notice for notice in notices)


@pytest.mark.spec("HK-064")
def test_a_broken_file_without_hooks_stops_nothing(place: Place) -> None:
    place.put(".llmos/plugins/tools.py", "def (")
    place.trust()
    result, notices = place.run()
    assert result.success
    assert any("tools.py" in notice for notice in notices)


@pytest.mark.spec("HK-065")
def test_a_users_own_command_that_names_a_file_of_the_workspace_denies(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.put("scripts/check.sh", SCRIPT)
    (place.home / "hooks.json").write_text(SETTINGS)
    result, _ = place.run()
    assert result.status == "denied"
    assert "check.sh" in result.reason
    assert not place.was_asked
    (place.home / "hooks.json").write_text(SETTINGS.replace("sh ./scripts/check.sh", "echo > asked"))
    assert place.run()[0].success
    assert place.was_asked


@pytest.mark.spec("HK-034")
@pytest.mark.parametrize("path", ["../outside.txt", "/outside.txt", ".git/hooks/post-checkout", ".llmos/hooks.json"])
def test_a_command_cannot_lead_a_call_past_the_path_jail(path: str, tmp_path: Path) -> None:
    place = Place(tmp_path)
    answer = {"permissionDecision": "allow", "updatedInput": {"path": path, "content": "x"}}
    command = f"echo '{json.dumps({'hookSpecificOutput': answer})}'"
    settings = {"hooks": {"PreToolUse": [{"hooks": [{"type": "command", "command": command}]}]}}
    (place.home / "hooks.json").write_text(json.dumps(settings))
    result, _ = place.run()
    assert result.status == "denied"
    assert not (tmp_path / "outside.txt").exists()
    assert not Path("/outside.txt").exists()


@pytest.mark.spec("HK-053")
@pytest.mark.parametrize("mode", [0o666, 0o000])
def test_own_hooks_that_others_may_write_or_nobody_read_deny(mode: int, tmp_path: Path) -> None:
    place = Place(tmp_path)
    file = place.home / "hooks.json"
    file.write_text(SETTINGS)
    file.chmod(mode)
    if mode == 0 and os.access(file, os.R_OK):
        file.unlink()
        file.mkdir()
    assert place.run()[0].status == "denied"
    if stat.S_ISREG(file.stat().st_mode):
        file.chmod(0o600)


@pytest.mark.spec("HK-051")
def test_a_projects_hooks_add_to_the_users_and_replace_none(tmp_path: Path) -> None:
    place = Place(tmp_path)
    (place.home / "config.toml").write_text('[[hooks.pre_tool_use]]\ncommand = "echo > mine"\n')
    place.put(".llmos/config.toml", '[[hooks.pre_tool_use]]\ncommand = "echo > theirs"\n')
    place.trust()
    system = LLMOS(
        workspace=place.workspace,
        environ=place.environ,
        provider=ScriptedProvider([WRITES, {"text": "done"}]),
        config=LLMOSConfig(settings={"hooks.PreToolUse": [{"command": "echo > given"}]}),
    )
    assert system.run(GOAL).success
    assert {"mine", "theirs", "given"} <= {path.name for path in place.workspace.iterdir()}


@pytest.mark.spec("HK-066")
def test_a_remembered_yes_does_not_outlive_the_hooks_it_was_given_under(place: Place) -> None:
    def policy() -> str:
        kernel = assemble(config=LLMOSConfig(), workspace=place.workspace, environ=place.environ).kernel

        async def version() -> str:
            await kernel.boot()
            try:
                return await kernel.policy_version()
            finally:
                await kernel.close()

        return aio.run(version())

    without = policy()
    place.trust()
    first = policy()
    place.put(".llmos/plugins/guard.py", GUARD + "\n")
    place.trust()
    assert len({without, first, policy()}) == 3


@pytest.mark.spec("HK-070")
def test_a_replay_without_hooks_imports_nothing_of_them(tmp_path: Path) -> None:
    place = Place(tmp_path)
    program = (
        "import sys\nfrom llmos_std.cli.main import code_of\n"
        "assert code_of(['run', 'create a file hello.txt that says hello']) == 0\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)\n"
    )
    environ = {**place.environ, "LLMOS_MODEL__PROVIDER": "builtin"}

    def modules() -> set[str]:
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=place.workspace,
            env=environ,
            capture_output=True,
            text=True,
            check=True,
        )
        return set(done.stderr.split())

    modules()
    plain = modules()
    hooks = Path(__file__).parents[3] / "src" / "llmos_std" / "hooks"
    ours = {f"llmos_std.hooks.{path.stem}" for path in hooks.glob("*.py")}
    gates = {f"llmos_std.hooks.{name}" for name in USED_WITHOUT_HOOKS}
    assert not plain & (ours - gates)
    if all(point.distribution == "llmos" for point in discover()):  # what a stranger's plugin brings is its own cost
        assert not {"llmos_core.runtime.moments", "llmos_core.types.session", "llmos_core.plugins.cells"} & plain
    assert not {name for name in plain if name.startswith("llmos_std.trust")}
    (place.home / "hooks.json").write_text(SETTINGS.replace("sh ./scripts/check.sh", "echo > asked"))
    assert "llmos_std.hooks.panel" in modules(), "the test must be able to see them"


USED_WITHOUT_HOOKS = (
    *("__init__", "approvals", "budget", "commands", "config", "event_log", "path_jail", "permission_mode"),
    *("plugin", "shell_policy", "taint", "unconfined", "verdicts"),
)

names = st.sampled_from(["check.sh", "a b.py", "scripts/run.py", "deep/er/x", "nothere.sh"])
FORMS: dict[str, str] = {
    "plain": "{name}",
    "dotted": "./{name}",
    "through python": "python3 {name}",
    "variable": '"$CLAUDE_PROJECT_DIR"/{name}',
    "braces": "${{LLMOS_PROJECT_DIR}}/{name}",
    "default": "${{CLAUDE_PROJECT_DIR:-.}}/{name}",
    "in the middle": "true && {name} --flag; echo",
    "substitution": "echo $({name})",
    "input": "cat < {name}",
    "from a folder": "cd scripts && ./run.py && ../{name}",
}


@pytest.mark.spec("HK-060")
@given(names, st.sampled_from(sorted(FORMS)))
def test_a_file_that_a_command_names_belongs_to_what_is_trusted(tmp_path_factory, name, form):
    workspace = tmp_path_factory.mktemp("work")
    for file in ("check.sh", "a b.py", "scripts/run.py", "deep/er/x"):
        (workspace / file).parent.mkdir(parents=True, exist_ok=True)
        (workspace / file).write_text("")
    written = f'"{name}"' if " " in name else name
    found = named_files(workspace, [FORMS[form].format(name=written)])
    expected = {workspace / name} if (workspace / name).exists() else set()
    expected |= {workspace / "scripts/run.py"} if form == "from a folder" else set()
    assert set(found) == expected


def test_what_a_command_only_writes_to_is_no_script(tmp_path):
    (tmp_path / "log.txt").write_text("")
    assert named_files(tmp_path, ["jq . >> log.txt", "jq . 2>>'log.txt'", "echo > ./log.txt"]) == []
    assert named_files(tmp_path, ["sh log.txt"]) == [tmp_path / "log.txt"]


def test_files_outside_the_workspace_are_not_the_projects(tmp_path):
    (tmp_path / "work").mkdir()
    (tmp_path / "outside.sh").write_text("")
    assert named_files(tmp_path / "work", ["../outside.sh", str(tmp_path / "outside.sh")]) == []
