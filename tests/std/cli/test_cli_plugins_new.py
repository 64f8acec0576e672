"""Law of `plugins new`: what it writes is complete, in good style, passes its own tests, and overwrites nothing."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.errors import UsageError
from llmos_std.cli.plugins import NEW_KINDS
from llmos_std.scaffold.kinds import KINDS
from llmos_std.scaffold.package import words_for, write_package

ROOT = Path(__file__).parents[3]


def test_every_kind_that_can_be_asked_for_can_be_written():
    assert set(NEW_KINDS) == set(KINDS)


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    """Kind → how the tests of a package of that kind end, to be waited for; two packages are tried at a time."""
    packages = tmp_path_factory.mktemp("packages")

    def trial(kind):
        folder = packages / kind
        write_package(folder, "llmos-some-thing", [kind])
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "pyproject.toml", "tests"]
        environ = {**os.environ, "PYTHONPATH": str(folder / "src"), "CI": "true"}  # Hypothesis repeats its examples
        return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)

    with ThreadPoolExecutor(2) as pool:
        yield {kind: pool.submit(trial, kind) for kind in KINDS}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_the_tests_of_a_package_of_each_kind_pass(tried, kind):
    done = tried[kind].result()
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", ["llmos-some-thing", "weather", "llmos-async"])
def test_all_kinds_together_are_in_the_style_of_this_house(tmp_path, name):
    write_package(tmp_path, name, list(KINDS))
    checks = (
        ("ruff", "check", "--no-cache", "."),
        ("ruff", "check", "--no-cache", "--config", str(ROOT / "pyproject.toml"), "."),
        ("ruff", "format", "--no-cache", "--check", "."),
        ("mypy", "--cache-dir", os.devnull),
    )
    for command in checks:
        tool = shutil.which(command[0], path=str(Path(sys.executable).parent)) or shutil.which(command[0])
        if tool is None:
            pytest.skip(f"{command[0]} is not installed; it comes with the extra `dev`")
        done = subprocess.run([tool, *command[1:]], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@given(st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=4))
def test_nothing_is_left_to_fill_in_and_every_module_compiles(tmp_path_factory, kinds):
    folder = tmp_path_factory.mktemp("new") / "package"
    files = write_package(folder, "llmos-some-thing", kinds)
    assert len(set(files)) == len(files)
    for path in files:
        text = path.read_text("utf-8")
        assert "@module@" not in text
        assert not [word for word in words_for("llmos-some-thing") if f"@{word}@" in text]
        if path.suffix == ".py":
            compile(text, str(path), "exec")


def test_the_verb_lists_what_it_wrote_and_says_what_to_do_next(shell):
    code, out, _ = shell("plugins", "new", "llmos-weather")
    assert code == 0
    assert "llmos-weather/src/llmos_weather/tool.py" in out
    assert "pip install" in out
    assert "llmos-weather/tests/test_llmos_weather_tool.py" in shell.files()


def test_nothing_is_overwritten(shell):
    shell.put("llmos-weather/mine.txt", "mine")
    code, _, err = shell("plugins", "new", "llmos-weather")
    assert code == 2
    assert "nothing was written" in err
    assert shell.files() == {"llmos-weather", "llmos-weather/mine.txt"}


@pytest.mark.parametrize(
    "name", ["", "-x", "Weather", "we ather", "../x", "a/b", "x\n", "llmos", "json", "class", "a" * 61, "1st", "a--b"]
)
def test_what_is_no_name_for_a_package_is_refused(tmp_path, name):
    with pytest.raises(UsageError):
        write_package(tmp_path / "new", name, ["tool"])
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_kind_is_refused_with_the_known_ones(tmp_path):
    with pytest.raises(UsageError, match="strategy"):
        write_package(tmp_path / "new", "llmos-weather", ["gadget"])


def test_a_folder_that_cannot_be_written_is_wrong_usage(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError):
        write_package(tmp_path / "file" / "below", "llmos-weather", ["tool"])
