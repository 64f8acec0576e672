"""Law: each project under plugins/ works from its built wheel, where nothing else is but what it needs."""

import json
import os
import subprocess
import tomllib
import zipfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from environments import PROJECTS, Environment, Wheels, described

from docs_scene import ROOT, Scene

pytestmark = pytest.mark.plugins

PLUGINS = PROJECTS[1:]
Done = subprocess.CompletedProcess[str]
NETWORK = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR")
"""How the world is reached from here: a plugin's suite may fetch what it is tried against."""


def wheel_of(project: Path, wheels: Wheels) -> Path:
    return wheels[described(project)["project"]["name"]]


@pytest.fixture
def installed(layer: Environment, wheels: Wheels) -> Environment:
    """An environment with every plugin of this repository, from its wheel."""
    layer.install(*(wheel_of(project, wheels) for project in PLUGINS))
    return layer


@pytest.fixture(scope="module")
def tried(
    fresh: Environment, wheels: Wheels, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[Path, Future[Done]]]:
    """Each project with the end of its own tests, to be waited for; two are tried at a time."""
    built = {project: wheel_of(project, wheels) for project in sorted(PLUGINS, key=lambda one: one.name, reverse=True)}
    folders = {project: tmp_path_factory.mktemp(project.name) for project in built}
    with ThreadPoolExecutor(2) as pool:
        yield {
            project: pool.submit(trial, project, wheel, fresh.layer(folders[project] / "venv", wheels=wheels.folder))
            for project, wheel in built.items()
        }


def trial(project: Path, wheel: Path, layer: Environment) -> Done:
    """Run a project's own tests with its wheel, in an environment of its own."""
    layer.install(wheel)
    folder = layer.bin.parents[1]
    return subprocess.run(
        [layer.python, "-m", "pytest", "-p", "no:cacheprovider", project],
        cwd=folder,
        env={
            **{name: os.environ[name] for name in NETWORK if name in os.environ},
            "PATH": f"{layer.bin}:/usr/bin:/bin",
            "HOME": str(folder),
            "LLMOS_HOME": str(folder / "home"),
            "CI": "true",  # Hypothesis repeats its examples then, and has no time limits
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("project", PLUGINS, ids=lambda project: project.name)
def test_its_own_tests_pass(project: Path, tried: dict[Path, Future[Done]]) -> None:
    done = tried[project].result()
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout


@pytest.mark.parametrize("project", PLUGINS, ids=lambda project: project.name)
def test_a_project_is_whole(project: Path) -> None:
    about = described(project)["project"]
    assert {path.name for path in project.iterdir()} >= {"README.md", "CHANGELOG.md", "LICENSE", "src", "tests"}
    assert (project / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()
    assert about["readme"] == "README.md"
    assert about["entry-points"]["llmos.plugins"]
    assert any(need.startswith("llmos>=") for need in about["dependencies"])
    assert list((project / "src").glob("*/py.typed"))
    assert about["version"] in (project / "CHANGELOG.md").read_text("utf-8")


def test_every_plugin_is_listed_and_none_is_broken(installed: Environment, scene: Scene) -> None:
    done = scene.run("llmos", "plugins", "list", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    owners = {row["plugin"] for row in json.loads(done.stdout)}
    names = {name for project in PLUGINS for name in described(project)["project"]["entry-points"]["llmos.plugins"]}
    assert names <= owners


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
def test_the_wheel_holds_the_licence_and_no_tests(project: Path, wheels: Wheels) -> None:
    names = zipfile.ZipFile(wheel_of(project, wheels)).namelist()
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not any("test_" in name for name in names)


def test_the_index_of_plugins_names_each_of_them() -> None:
    index = (ROOT / "plugins" / "README.md").read_text("utf-8")
    assert [project.name for project in PLUGINS if f"({project.name}/README.md)" not in index] == []


def test_the_version_of_llmos_is_one_that_every_plugin_takes() -> None:
    from packaging.requirements import Requirement

    ours = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    for project in PLUGINS:
        needs = map(Requirement, described(project)["project"]["dependencies"])
        assert all(need.specifier.contains(ours) for need in needs if need.name == "llmos")
