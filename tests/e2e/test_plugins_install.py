"""Law: installing a plugin and removing it again is told truly, asks first, and touches nothing else.

Everything happens in a virtual environment made here, which sees the packages of this one but writes only to itself.
"""

import json
import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import Done, ended
from strangers import hook, wheel

import llmos_core

TOOL = "name='Odd', summary='a tool', factory='odd_pkg.parts:make'"
PARTS = """
    from llmos_core.types.tools import Effect, ToolSpec

    class Odd:
        spec = ToolSpec(name="Odd", description="x", parameters={"type": "object"}, effect=Effect.PURE)
        def call(self, arguments, context): return "odd"

    def make(context):
        return Odd()
    """


class Home:
    """A Python of its own with a workspace."""

    def __init__(self, root: Path) -> None:
        self.root, self.work = root, root / "work"
        self.work.mkdir()
        venv.create(root / "venv", symlinks=True)
        self.python = root / "venv" / "bin" / "python"
        (site,) = (root / "venv").glob("lib/python*/site-packages")
        seen = [sysconfig.get_path("purelib"), str(Path(str(llmos_core.__file__)).parents[1])]
        (site / "seen.pth").write_text("\n".join(seen))

    def llmos(self, *arguments: str, stdin: str | None = None) -> Done:
        """Run llmos to its end; nothing is ever looked up on a network."""
        environ = {
            "PATH": os.defpath,
            "LLMOS_HOME": str(self.root / "home"),
            "HOME": str(self.root),
            "PIP_NO_INDEX": "1",
            "PIP_CONFIG_FILE": os.devnull,
        }
        process = subprocess.Popen(
            [str(self.python), "-c", "from llmos_std.cli.main import main; main()", *arguments],
            cwd=self.work,
            env=environ,
            stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        return ended(process, stdin)

    def wheel(self, plugin: str | None, name: str = "odd-pkg", version: str = "1.0") -> str:
        files = {"odd_pkg/__init__.py": "", "odd_pkg/parts.py": PARTS, "odd_pkg/plugin.py": plugin or ""}
        plugins = {"odd": "odd_pkg.plugin"} if plugin is not None else {}
        return str(wheel(self.root, name, files, plugins=plugins, version=version))

    @property
    def tools(self) -> dict[str, str]:
        rows = json.loads(self.llmos("plugins", "list", "--kind", "tool", "--json").out)
        return {row["name"]: row["plugin"] for row in rows}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("install"))


@pytest.fixture
def home(made: Home) -> Iterator[Home]:
    yield made
    made.llmos("plugins", "uninstall", "-y", "odd-pkg")


@pytest.mark.slow
def test_a_plugin_is_installed_told_used_and_removed(home: Home) -> None:
    assert "Odd" not in home.tools
    done = home.llmos("plugins", "install", "-y", home.wheel(hook("llmos_tools", TOOL)))
    assert done.code == 0, done.err
    assert "odd-pkg 1.0" in done.out
    assert any(line.split()[:2] == ["tool", "Odd"] for line in done.out.splitlines())
    assert home.tools["Odd"] == "odd"
    removed = home.llmos("plugins", "uninstall", "-y", "odd")
    assert (removed.code, removed.err) == (0, "")
    assert "odd-pkg" in removed.out
    assert "Odd" not in home.tools


@pytest.mark.slow
def test_without_a_yes_nothing_is_installed_or_removed(home: Home) -> None:
    package = home.wheel(hook("llmos_tools", TOOL))
    for answer in ("n\n", ""):
        assert home.llmos("plugins", "install", package, stdin=answer).code == 130
    assert "Odd" not in home.tools
    assert home.llmos("plugins", "install", package, stdin="y\n").code == 0
    assert home.llmos("plugins", "uninstall", "odd-pkg", stdin="n\n").code == 130
    assert "Odd" in home.tools


@pytest.mark.slow
def test_what_is_broken_or_shadowed_is_told_at_once(home: Home) -> None:
    done = home.llmos("plugins", "install", "-y", home.wheel("import not_there\n" + hook("llmos_tools", TOOL)))
    assert done.code == 1
    assert "broken" in done.out
    assert "not_there" in done.out
    assert "llmos plugins uninstall odd-pkg" in done.out
    assert home.llmos("plugins", "uninstall", "-y", "odd").code == 0
    taken = home.wheel(hook("llmos_tools", TOOL.replace("'Odd'", "'Read'")))
    told = home.llmos("plugins", "install", "-y", taken).out
    assert "claimed by 2" in told
    assert "Read of odd (odd-pkg)" in told
    assert "Read of std-tools (llmos)" in told


@pytest.mark.slow
def test_a_package_without_a_plugin_is_named_as_such(home: Home) -> None:
    done = home.llmos("plugins", "install", "-y", home.wheel(None, name="plain-pkg"))
    assert done.code == 1
    assert "brings no plugin" in done.err
    left = home.llmos("plugins", "uninstall", "-y", "plain-pkg")
    assert left.code == 2
    assert "owns no llmos plugin" in left.err


@pytest.mark.slow
def test_what_pip_says_is_shown_when_it_fails(home: Home) -> None:
    done = home.llmos("plugins", "install", "-y", "no-such-package-of-anybody")
    assert done.code == 1
    assert "No matching distribution" in done.err
    broken = home.work / "broken-1.0-py3-none-any.whl"
    broken.write_bytes(b"no zip")
    assert home.llmos("plugins", "install", "-y", str(broken)).code == 1


@pytest.mark.parametrize("package", ["-r", "--index-url=http://example.invalid", "-e.", " ", "a\nb"])
@pytest.mark.parametrize("verb", ["install", "uninstall"])
def test_no_package_name_becomes_an_option_of_pip(made: Home, verb: str, package: str) -> None:
    done = made.llmos("plugins", verb, "-y", "--", package)
    assert done.code == 2
    assert "is no package" in done.err


def test_llmos_and_strangers_to_llmos_are_never_removed(made: Home) -> None:
    for name in ("llmos", "LLMOS", "std-tools"):
        done = made.llmos("plugins", "uninstall", "-y", name)
        assert (done.code, "does not remove itself" in done.err) == (2, True)
    done = made.llmos("plugins", "uninstall", "-y", "pluggy")
    assert (done.code, "owns no llmos plugin" in done.err) == (2, True)
    assert made.llmos("--version").code == 0


@pytest.mark.slow
def test_every_kind_of_new_package_installs_works_and_passes_its_own_tests(made: Home) -> None:
    """What `plugins new` writes is a project: it builds, installs, is found, and its tests pass from the wheel."""
    from llmos_std.cli.plugins import NEW_KINDS

    kinds = [word for kind in NEW_KINDS for word in ("--kind", kind)]
    assert made.llmos("plugins", "new", "llmos-made", *kinds).code == 0
    folder = made.work / "llmos-made"
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*build, "-w", str(made.root), str(folder)], check=True, timeout=120)
    (built,) = made.root.glob("llmos_made-*.whl")
    done = made.llmos("plugins", "install", "-y", str(built))
    assert done.code == 0, done.out + done.err
    assert "problem" not in done.out
    assert made.llmos("made", "Ada").out == "hello, Ada\n"
    tests = [str(made.python), "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", str(folder / "pyproject.toml")]
    ran = subprocess.run(
        [*tests, str(folder / "tests")], cwd=made.work, capture_output=True, text=True, check=False, timeout=300
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    result = made.llmos("run", "create a file a.txt that says hello", "--provider", "builtin", "--json")
    assert json.loads(result.out)["status"] == "succeeded", result.out
    asked = json.loads(made.llmos("run", "say hello", "--provider", "made", "--mode", "MADE", "--json").out)
    assert (asked["status"], asked["mode"]) == ("succeeded", "MADE")
    assert made.llmos("plugins", "uninstall", "-y", "llmos-made").code == 0
