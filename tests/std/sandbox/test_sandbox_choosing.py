"""Law: the strongest tier that works is taken; a wish that fails runs nothing; what cannot be protected is refused."""

import ctypes
import os
import resource
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from boxes import TIERS, Box, paths_in, skip_without
from bubble import have_bubblewrap

from forks import Child
from llmos_core.errors import ConfigError, ToolError
from llmos_core.testing.suites.service import service_suite
from llmos_std.sandbox import choosing, view
from llmos_std.sandbox.choosing import choose, open_sandbox
from llmos_std.sandbox.config import SandboxConfig
from llmos_std.sandbox.kernel_calls import ABI_WITH_SCOPES
from llmos_std.sandbox.landlock import Landlocked
from llmos_std.sandbox.report import remarks
from llmos_std.tools.commands import Bash
from llmos_std.tools.config import CommandsConfig

have_bubblewrap()

TestSandboxOfTheMachine = service_suite(open_sandbox, "sandbox", config=SandboxConfig())
TestBubblewrap = service_suite(open_sandbox, "sandbox", config=SandboxConfig(tier="bubblewrap"))
TestLandlock = service_suite(open_sandbox, "sandbox", config=SandboxConfig(tier="landlock"))
TestNone = service_suite(open_sandbox, "sandbox", config=SandboxConfig(tier="none"))


def only(*working: str) -> Any:
    """Return an `obstacle` for a machine where these tiers work."""
    return lambda tier: "" if tier in working else f"{tier} does not work here"


@pytest.mark.parametrize(
    ("working", "taken"),
    [(TIERS, "bubblewrap"), (("bubblewrap",), "bubblewrap"), (("landlock",), "landlock"), ((), "none")],
)
def test_the_strongest_that_works_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, working: tuple[str, ...], taken: str
) -> None:
    monkeypatch.setattr(choosing, "obstacle", only(*working))
    choice = choose(SandboxConfig(), paths_in(tmp_path))
    assert choice.sandbox.tier == taken
    assert choice.sandbox.is_confining is (taken != "none")
    stronger = TIERS[: TIERS.index(taken)] if taken in TIERS else TIERS
    assert [tier for tier, _ in choice.reasons] == list(stronger)


@pytest.mark.parametrize("tier", TIERS)
def test_a_wish_that_cannot_be_fulfilled_runs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tier: str
) -> None:
    monkeypatch.setattr(choosing, "obstacle", only())
    box = Box(tmp_path, tier)
    assert not box.sandbox.is_confining
    with pytest.raises(ToolError, match="does not work here"):
        box.bash("echo x > made")
    assert not (box.workspace / "made").exists()


def test_none_runs_programs_as_they_are_and_says_so(tmp_path: Path) -> None:
    box = Box(tmp_path, "none")
    assert (box.sandbox.tier, box.sandbox.is_confining) == ("none", False)
    assert box.bash("echo x > ../made; cat ../made") == (0, "x\n")


def test_another_system_or_processor_is_told_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("Darwin", "host", "23", "23", "arm64")
    monkeypatch.setattr(os, "uname", lambda: os.uname_result(names))
    assert "Darwin" in choosing.obstacle("bubblewrap")
    monkeypatch.setattr(os, "uname", lambda: os.uname_result(("Linux", "host", "6", "6", "s390x")))
    assert "s390x" in choosing.obstacle("landlock")


def test_nothing_is_probed_before_a_sandbox_is_opened() -> None:
    code = (
        "import sys; from llmos_std.sandbox.plugin import llmos_services; llmos_services();"
        "sys.exit(any(name in sys.modules for name in ('ctypes', 'subprocess', 'llmos_std.sandbox.choosing')))"
    )
    assert os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-c", code]) == 0


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("place", ["/", "/etc", "/usr", "~", "~/.."])
def test_a_workspace_that_holds_a_home_or_the_system_is_refused(tmp_path: Path, tier: str, place: str) -> None:
    skip_without(tier)
    sandbox = choose(SandboxConfig(tier=tier), paths_in(tmp_path)).sandbox
    folder = Path(place).expanduser()
    with (
        pytest.raises(ToolError, match="folder of its own"),
        sandbox.open_launch(["true"], folder=folder, environment={}),
    ):
        pytest.fail("it was launched")


@pytest.mark.parametrize("tier", TIERS)
def test_what_llmos_is_made_of_stays_as_it_is_inside_a_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tier: str
) -> None:
    skip_without(tier)
    box = Box(tmp_path, tier)
    code = box.put("venv/code.py", "as it was")
    monkeypatch.setattr(view, "own_places", lambda _paths: [str(code.parent)])
    box.bash("echo evil > venv/code.py; echo evil > venv/new.py; rm -f venv/code.py; mv venv old; echo fine > other")
    assert code.read_text() == "as it was"
    assert sorted(path.name for path in box.workspace.rglob("*")) == ["code.py", "other", "venv"]


@pytest.mark.parametrize("tier", TIERS)
def test_where_llmos_is_under_a_lower_limit_itself_that_one_stays_without_a_word(tmp_path: Path, tier: str) -> None:
    skip_without(tier)

    def work(say: Any) -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (200, 200))
        say(*Box(tmp_path, tier).bash("ulimit -n"))

    assert Child(work).words() == [[0, "200\n"]]


@pytest.mark.parametrize("tier", TIERS)
def test_further_places_can_be_read_but_not_written(tmp_path: Path, tier: str) -> None:
    skip_without(tier)
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "data").write_text("found\n")
    box = Box(tmp_path, tier, read_only=(str(tmp_path / "tools"), "/nonexistent/place"))
    assert box.bash(f"cat {tmp_path}/tools/data") == (0, "found\n")
    assert box.bash(f"echo x > {tmp_path}/tools/data")[0] != 0


@pytest.mark.parametrize("tier", TIERS)
def test_root_works_in_the_workspace_of_another(tmp_path: Path, tier: str) -> None:
    skip_without(tier)
    if os.getuid() != 0:
        pytest.skip("only root can")
    box = Box(tmp_path, tier)
    os.chown(box.workspace, 12345, 12345)
    box.workspace.chmod(0o755)
    outside = tmp_path / "outside"
    outside.write_text("as it was")
    os.chown(outside, 12345, 12345)
    assert box.bash(f"echo x > made; cat made; echo y > {outside} || echo refused")[1].startswith("x\n")
    assert outside.read_text() == "as it was"


@pytest.mark.parametrize("abi", [1, 2, 3, 4, 5, 6])
def test_an_older_landlock_keeps_strangers_out_of_reach_as_well(tmp_path: Path, abi: int) -> None:
    skip_without("landlock")
    box = Box(tmp_path, "landlock")
    box.sandbox = Landlocked(SandboxConfig(), paths_in(tmp_path), machine=os.uname().machine, abi=abi)
    code, said = box.python(
        "import os, signal\n"
        f"for pid in ({os.getpid()}, -{os.getpgrp()}):\n"
        "    try: os.kill(pid, 0); print('reached', pid)\n"
        "    except OSError: pass\n"
        "pid = os.fork()\n"
        "if pid == 0: signal.pause()\n"
        "os.kill(pid, 9); print(os.waitpid(pid, 0)[1]); open('made', 'w').write('x')\n"
        "try: open('../out', 'w')\n"
        "except OSError: print('kept in')\n"
    )
    assert (code, said) == (0, "9\nkept in\n")
    assert box.bash("sleep 60 & setsid sleep 60 & exit 3") == (3, "")


@pytest.mark.parametrize("abi", [1, 5, 6])
def test_no_landlock_lets_the_kernel_signal_strangers_for_a_program(tmp_path: Path, abi: int) -> None:
    """Whoever owns a descriptor is sent a signal of choice when there is something to read: a kill by another name."""
    skip_without("landlock")
    heard: list[int] = []
    before = signal.signal(signal.SIGUSR1, lambda number, _: heard.append(number))
    code = (
        "import fcntl, os, signal, socket, struct\n"
        "hears, speaks = socket.socketpair()\n"
        f"victim = {os.getpid()}\n"
        "for own in (lambda: fcntl.fcntl(hears, 8, victim),\n"
        "            lambda: fcntl.fcntl(hears, 15, struct.pack('ii', 1, victim)),\n"
        "            lambda: fcntl.ioctl(hears, 0x8901, struct.pack('i', victim)),\n"
        "            lambda: fcntl.ioctl(hears, 0x8902, struct.pack('i', victim))):\n"
        "    try: own()\n"
        "    except OSError: print('refused')\n"
        "    fcntl.fcntl(hears, 10, signal.SIGUSR1)\n"
        "    fcntl.fcntl(hears, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)\n"
        "    speaks.send(b'x')\n"
    )
    box = Box(tmp_path, "landlock")
    try:
        subprocess.run([sys.executable, "-c", code], check=True)
        assert heard
        heard.clear()
        box.sandbox = Landlocked(SandboxConfig(), paths_in(tmp_path), machine=os.uname().machine, abi=abi)
        assert box.python(code) == (0, "refused\n" * 4 if abi < ABI_WITH_SCOPES else "")
        assert heard == []
    finally:
        signal.signal(signal.SIGUSR1, before)


@pytest.mark.parametrize("tier", TIERS)
def test_memory_that_others_share_is_out_of_reach(tmp_path: Path, tier: str) -> None:
    """Its number is small and can be guessed; it needs no name to be attached."""
    skip_without(tier)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.shmat.restype = ctypes.c_void_p
    number = libc.shmget(0, 4096, 0o1600)
    try:
        ctypes.memmove(libc.shmat(number, None, 0), b"of another", 10)
        code = (
            "import ctypes\n"
            "libc = ctypes.CDLL(None); libc.shmat.restype = ctypes.c_void_p\n"
            f"place = libc.shmat({number}, None, 0)\n"
            "print('out of reach' if place == 2**64 - 1 else ctypes.string_at(place))\n"
        )
        assert (
            "of another"
            in subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        )
        assert Box(tmp_path, tier).python(code) == (0, "out of reach\n")
    finally:
        libc.shmctl(number, 0, None)


def test_the_path_of_a_project_names_no_bubblewrap(tmp_path: Path) -> None:
    skip_without("bubblewrap")
    box = Box(tmp_path, "bubblewrap")
    box.put("bin/bwrap", "#!/bin/sh\necho fooled\n").chmod(0o755)
    context = box.context()
    assert Bash(CommandsConfig()).starts_programs
    with box.sandbox.open_launch(
        ["true"], folder=context.workspace, environment={"PATH": str(box.workspace / "bin")}
    ) as launch:
        assert launch.arguments[0].startswith(("/usr/", "/bin/", "/run/"))


def test_a_cover_that_cannot_be_made_runs_nothing(tmp_path: Path) -> None:
    skip_without("bubblewrap")
    box = Box(tmp_path, "bubblewrap")
    box.put(".env", "secret")
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "covered").symlink_to("nowhere/at/all")
    with pytest.raises(ToolError, match="covered"):
        box.bash("cat .env")


def test_the_cover_is_for_nobody_to_read(tmp_path: Path) -> None:
    skip_without("bubblewrap")
    box = Box(tmp_path, "bubblewrap")
    box.put(".env", "secret")
    box.bash("true")
    cover = tmp_path / "state" / "covered"
    assert (stat.S_IMODE(cover.stat().st_mode), cover.stat().st_size) == (0, 0)


@pytest.mark.parametrize(
    "wrong",
    [{"tier": "docker"}, {"processes": 0}, {"memory_bytes": True}, {"read_only": ("relative",)}, {"visible": ("",)}],
)
def test_a_wrong_setting_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises((ValueError, ConfigError)):
        SandboxConfig(**wrong)


def test_only_the_user_may_say_how_programs_are_held() -> None:
    fields = SandboxConfig.__attrs_attrs__
    assert fields
    assert all(field.metadata["user_only"] for field in fields)


@pytest.mark.parametrize(
    ("working", "wished"), [(TIERS, "auto"), (("landlock",), "auto"), ((), "auto"), ((), "landlock")]
)
def test_the_doctor_says_what_holds_and_why_not_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, working: tuple[str, ...], wished: str
) -> None:
    monkeypatch.setattr(choosing, "obstacle", only(*working))
    said = list(remarks(SandboxConfig(tier=wished), paths_in(tmp_path)))
    tier = choose(SandboxConfig(tier=wished), paths_in(tmp_path)).sandbox.tier
    assert said[0].what.startswith(f"sandbox: {tier}")
    is_held = bool(working)
    assert said[0].level == ("ok" if is_held else "problem" if wished == "landlock" else "note")
    assert any("network" in remark.what for remark in said) is is_held
    assert any("no bubblewrap: bubblewrap does not work here" in r.what for r in said) is (
        "bubblewrap" not in working and wished == "auto"
    )
