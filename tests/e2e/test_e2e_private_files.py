"""Law: whatever llmos writes for itself is the user's alone (0600, 0700) from creation, under the laxest umask.

Every verb that writes is run in a fresh home with umask 000; then the whole tree is walked.
"""

import os
import stat
from pathlib import Path

import pytest
from command import Place, ended

GOAL = "create a file hello.txt that says hello"
VERBS = (
    ("run", GOAL, "-y"),
    ("run", GOAL, "-y", "--json"),
    ("traces", "verify"),
    ("match", GOAL, GOAL),
    ("audit", "verify"),
    ("trust", "-y"),
    ("keys", "new"),
    ("init",),
    ("config", "set", "model.max_turns", "7"),
    ("run", GOAL, "-y"),
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A home in which every verb that writes was run, with nothing made beforehand."""
    root = tmp_path_factory.mktemp("lax")
    place = Place(root)
    place.home.rmdir()
    place.key = ""
    _lax(place, "secrets", "set", "DEPLOY", stdin="correct-horse-7-battery")
    plugins = place.folder / ".llmos" / "plugins"
    plugins.mkdir(parents=True, mode=0o700)
    plugins.parent.chmod(0o700)
    (plugins / "own.py").write_text("def double(number: int) -> int:\n    '''Double.'''\n    return 2 * number\n")
    for verb in VERBS:
        _lax(place, *verb)
    return place


def _lax(place: Place, *verb: str, stdin: str | None = None) -> None:
    options = {} if stdin is None else {"stdin": -1}
    ended(place.start(*verb, preexec_fn=lambda: os.umask(0) and None, **options), stdin)


def open_to_others(folder: Path) -> dict[str, str]:
    """Return what others could read or change below a folder, with its mode; what the user made is not meant."""
    return {
        str(path.relative_to(folder)): oct(stat.S_IMODE(path.lstat().st_mode))
        for path in [folder, *folder.rglob("*")]
        if not path.is_symlink() and stat.S_IMODE(path.lstat().st_mode) & 0o077 and path.name != "own.py"
    }


@pytest.mark.spec("SE-031")
def test_nothing_that_is_kept_is_open_to_others(place: Place) -> None:
    names = {path.name for path in place.home.rglob("*")}
    assert {"secrets.json", "ledger.db"} <= names
    assert open_to_others(place.home) == {}
    assert open_to_others(place.folder / ".llmos") == {}


def test_the_user_s_own_files_are_made_as_the_umask_says(place: Place) -> None:
    """What tools write is the user's: there the umask counts, as with any other program."""
    assert stat.S_IMODE((place.folder / "hello.txt").lstat().st_mode) & 0o044
