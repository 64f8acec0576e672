"""Write a complete package for a plugin: project file, source, tests that pass, and a page that explains it.

Nothing is ever overwritten: the folder must not exist, or be empty.
"""

from __future__ import annotations

import keyword
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from llmos_core.errors import UsageError
from llmos_std.scaffold.kinds import KINDS, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*")
_LONGEST = 60
_TAKEN = frozenset({"llmos", "llmos_core", "llmos_std"})
_TEMPLATES = Path(__file__).parent / "templates"


def write_package(folder: Path, name: str, kinds: Sequence[str]) -> tuple[Path, ...]:
    """Write the package `name` with those kinds into `folder` and return its files; UsageError when it cannot be."""
    words = words_for(name)
    chosen = tuple(dict.fromkeys(kinds))
    if unknown := [kind for kind in chosen if kind not in KINDS]:
        raise UsageError(f"no kind '{unknown[0]}' of plugin can be begun (known: {', '.join(KINDS)})")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} exists already; nothing was written")
    words |= {"kinds": ", ".join(chosen)}
    files = dict(_files(words, chosen))
    try:
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror or error}") from error
    return tuple(folder / path for path in files)


def words_for(name: str) -> dict[str, str]:
    """Return what a package's name becomes: module, identifier, class; UsageError when it is no name for one."""
    module = name.replace("-", "_")
    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        raise UsageError(f"{name!r} is no name for a package; use lower-case words with hyphens, such as llmos-weather")
    if module in _TAKEN or module in sys.stdlib_module_names or keyword.iskeyword(module):
        raise UsageError(f"the name '{name}' is taken by Python or llmos; choose another, such as llmos-{name}-plugin")
    stem = name.removeprefix("llmos-")
    ident = stem.replace("-", "_")
    return {
        "name": name,
        "module": module,
        "stem": stem,
        "STEM": ident.upper(),
        "Class": "".join(part.capitalize() for part in stem.split("-")),
        "ident": f"{ident}_" if keyword.iskeyword(ident) else ident,
        "llmos": _version(),
    }


def _files(words: Mapping[str, str], kinds: Sequence[str]) -> Iterator[tuple[str, str]]:
    module = words["module"]
    uses = "\n\n".join(KINDS[kind].use for kind in kinds)
    offers = "\n".join(f"- {KINDS[kind].offers}: `src/{module}/{kind}.py`" for kind in kinds)
    has_role = any(name == "role" and "Role." in text for kind in kinds for name, text in KINDS[kind].fields)
    hooks = "\n\n\n".join(_hook(hook, members) for hook, members in _by_hook(kinds).items())
    known = {**words, "role_import": ", Role" if has_role else "", "hooks": f"\n{hooks}"}
    yield "pyproject.toml", _filled("pyproject.toml", known)
    yield "README.md", _filled("README.md", {**known, "offers": offers, "use": uses})
    yield f"src/{module}/__init__.py", _filled("init.py", known)
    yield f"src/{module}/py.typed", ""
    yield f"src/{module}/plugin.py", _filled("plugin.py", known)
    yield f"tests/test_{module}_plugin.py", _filled("plugin_test.py", known)
    for kind in kinds:
        yield f"src/{module}/{kind}.py", _filled(f"{kind}.py", known)
        yield f"tests/test_{module}_{kind}.py", _filled(f"{kind}_test.py", known)


def _by_hook(kinds: Sequence[str]) -> dict[str, list[Kind]]:
    found: dict[str, list[Kind]] = {}
    for kind in kinds:
        found.setdefault(KINDS[kind].hook, []).append(KINDS[kind])
    return found


def _hook(hook: str, members: Sequence[Kind]) -> str:
    """Return one hook function of the plugin module."""
    offers = " and ".join(member.offers.partition(":")[0] for member in members)
    lines = ["@hookimpl", f"def {hook}() -> tuple[Contribution, ...]:", f'    """Offer {offers}."""', "    return ("]
    for member in sorted(members, key=lambda member: member.fields[0][1]):
        (name, text), *others = member.fields
        fields = ((name, text), ("summary", f'"{member.summary}"'), *others)
        lines += ["        Contribution(", *(f"            {key}={value}," for key, value in fields), "        ),"]
    return "\n".join([*lines, "    )"])


def _filled(template: str, words: Mapping[str, str]) -> str:
    """Return a template with its words filled in, those that stand in other words first."""
    text = (_TEMPLATES / f"{template}.txt").read_text("utf-8")
    for word in ("hooks", "role_import", "offers", "use", *words):
        text = text.replace(f"@{word}@", words.get(word, f"@{word}@"))
    return text


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return ".".join(version("llmos").split(".")[:2])
    except PackageNotFoundError:
        return "0.1"
