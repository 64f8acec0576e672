"""Everything that is checked, one session a kind. `nox -l` lists them; continuous integration runs only the tests."""

from pathlib import Path

import nox

nox.options.sessions = ["lint", "types", "tests"]
nox.options.default_venv_backend = "venv"
PYTHONS = ["3.11", "3.12", "3.13"]
PLUGINS = sorted(path.parent for path in Path("plugins").glob("*/pyproject.toml"))


@nox.session
def lint(session: nox.Session) -> None:
    """ruff, and the import contracts between the layers."""
    session.install(".[dev]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports")


@nox.session
def types(session: nox.Session) -> None:
    """mypy strict over both packages, and over each plugin of this repository."""
    session.install(".[dev]")
    session.run("mypy")
    for project in PLUGINS:
        session.install(str(project))
        session.run("mypy", *map(str, project.glob("src/*/")))


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """The whole suite, as continuous integration runs it."""
    session.install(".[dev]")
    session.run("pytest", *session.posargs)


@nox.session
def laws(session: nox.Session) -> None:
    """Every law on examples that are drawn anew, where the suite repeats its own; what fails is an example to add."""
    session.install(".[dev]")
    session.run("pytest", "tests/core", "tests/std", *session.posargs, env={"LLMOS_DRAW": "1"})


@nox.session
def kills(session: nox.Session) -> None:
    """10,000 kills, at every write point too, and every fault and damage: nothing is lost, nothing is done twice."""
    session.install(".[dev]")
    many = {"LLMOS_KILLS": "10000"}
    session.run("pytest", "-m", "slow", *session.posargs, env=many)
    session.run("pytest", "-m", "not slow", "tests/durability", *session.posargs, env=many)


@nox.session
def plugins(session: nox.Session) -> None:
    """Each project under plugins/ and a stranger's package, from built wheels in fresh environments."""
    session.install(".[dev]")
    session.run("pytest", "-m", "plugins", *session.posargs)


@nox.session
def specs(session: nox.Session) -> None:
    """Every numbered MUST has a test, every vector is judged as its folder says."""
    session.install(".[dev]")
    session.run("pytest", "tests/spec", "tests/meta", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Every example of README and docs is run, every link leads somewhere, every generated page is current."""
    session.install(".[dev]")
    session.run("pytest", "tests/meta", "tests/plugins", "-k", "docs or documents", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """The full benches: ratios within one run, then every figure of docs/explanation/measures.md, written there."""
    session.install(".[dev]", "./plugins/llmos-embeddings")
    session.run("python", "-m", "pytest", "tests/bench", "-s", env={"LLMOS_BENCH": "full"})
    session.run("python", "tests/bench/publish.py", *session.posargs)
