"""Law: through no tier does any attack succeed, neither as root nor as an ordinary user; without one, each does.

The second half is what gives the first its meaning. All sieges run at once, each a process of its own.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attacks import ATTACKS
from bubble import have_bubblewrap

import llmos_std
from llmos_std.sandbox.choosing import obstacle

HERE = Path(__file__).parent
NOBODY = 65534
TIERS = ("bubblewrap", "landlock")
PLENTY_S = 1500.0


def interpreter(user: int) -> str:
    """Return a Python that this user can run, "" for none."""
    for program in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"):
        try:
            check = "import sys; sys.exit(sys.version_info < (3, 11))"
            done = subprocess.run([program, "-I", "-c", check], user=user, capture_output=True, check=False)
        except OSError:
            continue
        if done.returncode == 0:
            return program
    return ""


class Siege:
    """One run of all attacks by one user against one tier."""

    def __init__(self, camp: Path, who: str, tier: str) -> None:
        self._found: dict[str, tuple[bool, str]] | None = None
        self._process: Any = None
        self.obstacle = self._obstacle(who, tier)
        if self.obstacle:
            return
        drops = who != "root" and os.getuid() == 0
        user = NOBODY if drops else os.getuid()
        program = interpreter(user)
        if not program:
            self.obstacle = "there is no Python 3.11 that an ordinary user may run"
            return
        folder = camp / f"{who}-{tier}"
        folder.mkdir()
        os.chown(folder, user, user if drops else -1)
        self._out = (camp / f"{who}-{tier}.json").open("w+")
        self._process = subprocess.Popen(
            [program, "-B", str(camp / "code/siege.py"), str(folder), tier],
            user=user,
            group=NOBODY if drops else None,
            extra_groups=[] if drops else None,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(camp / "code"), "HOME": "/nonexistent"},
            stdout=self._out,
        )

    @staticmethod
    def _obstacle(who: str, tier: str) -> str:
        if who == "root" and os.getuid() != 0:
            return "only root can try as root"
        return "" if tier == "none" else obstacle(tier)

    def found(self) -> dict[str, tuple[bool, str]]:
        """Return attack → whether it succeeded, and what it said."""
        if self.obstacle:
            pytest.skip(self.obstacle)
        if self._found is None:
            assert self._process.wait(PLENTY_S) == 0
            self._out.seek(0)
            ((_, found),) = json.load(self._out).items()
            self._found = found
        return self._found or {}

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._out.close()


@pytest.fixture(scope="module")
def sieges() -> Iterator[dict[tuple[str, str], Siege]]:
    """All sieges, under way; in a folder that an ordinary user can reach."""
    have_bubblewrap()
    camp = Path(tempfile.mkdtemp(prefix="llmos-siege-", dir="/tmp"))
    camp.chmod(0o755)
    for name in ("llmos_core", "llmos_std"):
        source = Path(llmos_std.__file__).parents[1] / name
        shutil.copytree(source, camp / "code" / name, ignore=shutil.ignore_patterns("__pycache__"))
    for file in HERE.glob("*.py"):
        shutil.copy(file, camp / "code")
    (camp / "turns").touch()
    (camp / "turns").chmod(0o666)
    every = {(who, tier): Siege(camp, who, tier) for who in ("root", "user") for tier in (*TIERS, "none")}
    yield every
    for siege in every.values():
        siege.close()
    subprocess.run(["chmod", "-R", "u+rwX", camp], check=True)
    shutil.rmtree(camp)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
@pytest.mark.parametrize("who", ["root", "user"])
@pytest.mark.parametrize("tier", TIERS)
def test_no_attack_succeeds(sieges: Any, tier: str, who: str, attack: Any) -> None:
    succeeded, said = sieges[who, tier].found()[attack.name]
    assert not succeeded, said


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
@pytest.mark.parametrize("who", ["root", "user"])
def test_the_same_attack_succeeds_where_nothing_confines_it(sieges: Any, who: str, attack: Any) -> None:
    if who not in attack.works_for:
        pytest.skip("this machine does not let it succeed in any case")
    succeeded, said = sieges[who, "none"].found()[attack.name]
    assert succeeded, said


def test_there_are_attacks_of_every_kind() -> None:
    names = [attack.name for attack in ATTACKS]
    assert len(set(names)) == len(names)
    assert len([attack for attack in ATTACKS if "user" in attack.works_for]) >= 26
