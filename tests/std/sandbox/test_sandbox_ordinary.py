"""Law: whatever an ordinary program does in its workspace, it does confined as well, with the same result."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from boxes import TIERS, Box, skip_without

from llmos_core.errors import ToolError
from llmos_std.tools.commands import Bash
from llmos_std.tools.config import CommandsConfig

ERRANDS = {
    "write": "echo a > f; cat f; echo b >> f; cat f; wc -l < f",
    "folders": "mkdir -p a/b/c; echo 1 > a/b/c/x; ls -R a; rmdir a/b 2>&1; rm -r a; ls",
    "move": "echo 1 > a; mv a b; mkdir d; mv b d/; ls d; mv d e; cat e/b; mv e/b .; ls",
    "copy": "echo 1 > a; chmod 750 a; cp -p a b; stat -c %a b; cp a b ../ws; mkdir c; cp -r a b ../ws/c; ls c",
    "links": "echo 1 > a; ln a b; ln -s a c; cat b c; readlink c; rm a; cat b; cat c 2>&1; test -h c && echo link",
    "modes": "umask 027; echo 1 > a; mkdir d; stat -c %a a d; chmod 600 a; chmod g+x d; stat -c %a a d",
    "times": "echo 1 > a; touch -d 2020-02-02T00:00Z a; touch -r a b; stat -c %Y b; touch b; test b -nt a; echo $?",
    "sizes": "truncate -s 100 a; wc -c a; truncate -s 5 a; wc -c a; dd if=/dev/zero of=z bs=1k count=3 status=none; ls",
    "exclusive": "set -C; echo 1 > a; echo 2 > a; cat a; set +C; echo 3 > a; cat a",
    "missing": "cat none; rm none; mv none x; mkdir a/b; echo > none/x; ls",
    "pipes": "seq 1000 | sort -r | head -2; cat <(echo sub); diff <(echo 1) <(echo 2); echo done >&2",
    "here": "cat <<< word; cat << END\nline\nEND",
    "temporary": 't=$(mktemp); echo x > "$t"; cat "$t"; d=$(mktemp -d); mkfifo "$d/p"; (echo y > "$d/p" &); cat "$d/p"',
    "devices": "echo x > /dev/null; head -c 4 /dev/zero | wc -c; head -c 4 /dev/urandom | wc -c; echo x > /dev/stdout",
    "script": "printf '#!/bin/sh\\necho ran $1\\n' > s; chmod +x s; ./s one",
    "status": "true; echo $?; false; echo $?; (exit 7); echo $?; ! true; echo $?",
    "ending": "exit 42",
    "time out": "timeout 0.2 sleep 60; echo $?; timeout 60 echo in time",
    "jobs": "sleep 0.01 & wait; (sleep 0.01; echo child) & wait; echo parent",
    "search": "mkdir s; echo needle > s/a; echo hay > s/b; grep -rl needle .; find . -name b | xargs cat; ls s",
    "in place": "echo hay > b; chmod 640 b; sed -i s/hay/straw/ b; cat b; stat -c %a b; sort -o b b; cat b",
    "archive": "mkdir s; echo 1 > s/a; chmod 741 s/a; tar cf t.tar s; rm -r s; tar xf t.tar; stat -c %a s/a; rm t.tar",
    "packed": "seq 100 > a; gzip a; ls; zcat a.gz | tail -1; gunzip a.gz; ls",
    "many": "for n in $(seq 50); do echo $n > f$n; done; cat f* | wc -l; rm f*; ls",
    "descriptors": "exec 3<> f; echo one >&3; exec 3>&-; cat f; exec 4>> f; echo two >&4; echo x > /dev/fd/4; cat f",
    "own folder": 'cd "$HOME" && echo x > y && cat y; cd ~ && cat y',
}


@pytest.fixture(params=TIERS)
def box(request: pytest.FixtureRequest, tmp_path: Path) -> Box:
    skip_without(request.param)
    return Box(tmp_path, request.param)


@pytest.mark.parametrize("errand", sorted(ERRANDS))
def test_an_errand_ends_as_it_would_bare(box: Box, errand: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    bare = Box(tmp_path_factory.mktemp("bare"), "none")
    command = f"export LC_ALL=C; umask 022; {ERRANDS[errand]}"
    assert box.bash(command) == bare.bash(command)
    assert listing(box) == listing(bare)


def listing(box: Box) -> list[tuple[str, int, bytes]]:
    """What a command left in the workspace: names, modes and content."""
    found = sorted(box.workspace.rglob("*"))
    return [
        (str(path.relative_to(box.workspace)), path.lstat().st_mode, path.read_bytes() if path.is_file() else b"")
        for path in found
    ]


def test_the_python_of_llmos_runs_with_what_is_installed_beside_it(box: Box) -> None:
    code, said = box.python("import sys, attrs, json; print(sys.prefix); open('made', 'w').write('x')")
    assert (code, said) == (0, f"{sys.prefix}\n")
    assert (box.workspace / "made").read_text() == "x"


def test_versions_are_kept_with_git(box: Box) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    git = ["git", "-C", str(box.workspace), "-c", "init.defaultBranch=main"]
    subprocess.run([*git, "init", "-q"], check=True)
    for key, value in (("name", "n"), ("email", "e@example.org")):
        subprocess.run([*git, "config", f"user.{key}", value], check=True)
    command = (
        "echo 1 > a && git add a && git commit -qm one && git switch -qc side && echo 2 > a && git commit -qam two"
        " && git switch -q main && git merge -q side && git mv a b && git commit -qm three && git log --format=%s"
        " && git status --short && git stash list && git gc -q && git fsck"
    )
    code, said = box.bash(command)
    assert (code, said) == (0, "three\ntwo\none\n")


def test_a_program_is_built_and_run(box: Box) -> None:
    if shutil.which("cc") is None:
        pytest.skip("there is no compiler")
    box.put("m.c", '#include <stdio.h>\nint main(void) { puts("built"); return 0; }\n')
    assert box.bash("cc -o m m.c && ./m") == (0, "built\n")


def test_what_looks_secret_is_seen_only_if_the_user_says_so(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    for number, tier in enumerate(TIERS):
        skip_without(tier)
        folder = tmp_path / str(number)
        folder.mkdir()
        box = Box(folder, tier, visible=(".env.test",))
        for name in (".env", ".env.test", "a/server.key", "plain"):
            box.put(name, f"in {name}\n")
        code, said = box.bash("cat .env.test plain; echo n > new; cat new; cat .env; cat a/server.key; ls -A")
        assert code == 0
        assert said.startswith("in .env.test\nin plain\nn\n")
        assert "in .env\n" not in said
        assert "in a/" not in said
        assert (box.workspace / ".env").read_text() == "in .env\n"


def test_a_call_that_takes_too_long_is_ended_with_all_it_started(box: Box) -> None:
    box.timeout_s = 1.0
    mark = f"3{os.getpid()}.77"
    with pytest.raises(ToolError, match="not done"):
        box.bash(f"(setsid sleep {mark} &) ; sleep {mark} & sleep {mark}")
    assert not running(mark)


def test_a_call_that_is_cancelled_is_ended_with_all_it_started(box: Box) -> None:
    mark = f"4{os.getpid()}.77"

    async def cancelled() -> None:
        call: Any = Bash(CommandsConfig()).call({"command": f"(setsid sleep {mark} &); sleep {mark}"}, box.context())
        task = asyncio.ensure_future(call)
        while not running(mark):  # noqa: ASYNC110 – nobody tells when another process has begun
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert not running(mark)


def test_programs_die_with_llmos(box: Box) -> None:
    mark = f"5{os.getpid()}.77"
    pid = os.fork()
    if pid == 0:
        box.bash(f"(setsid sleep {mark} &); sleep {mark}")
        os._exit(0)
    while not running(mark):
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    until = time.monotonic() + 60
    while running(mark) and time.monotonic() < until:
        time.sleep(0.01)
    assert not running(mark)


def running(mark: str) -> list[str]:
    """Return the processes whose command line has a word equal to `mark`."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and mark.encode() in (entry / "cmdline").read_bytes().split(b"\0"):
                found.append(entry.name)
        except OSError:
            continue
    return found


def test_nothing_is_left_behind(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = box.outside / "tmp"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    box.bash("true")
    descriptors = len(list(Path("/proc/self/fd").iterdir()))
    for command in ("echo x > $TMPDIR/y; echo z > ~/q", "exit 3"):
        box.bash(command)
    box.timeout_s = 0.3
    with pytest.raises(ToolError):
        box.bash("sleep 60")
    assert list(temporary.iterdir()) == []
    assert list(box.workspace.iterdir()) == []
    assert len(list(Path("/proc/self/fd").iterdir())) == descriptors
