"""The laws of a plugin: light to import, only hooks that exist, and everything it offers is really there."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any

from hypothesis import settings

from llmos_core.contrib import HOOKS, Contribution
from llmos_core.errors import PluginError
from llmos_core.plugins.discovery import discover
from llmos_core.plugins.host import PluginHost
from llmos_core.plugins.loading import load_object
from llmos_core.plugins.offers import checked
from llmos_core.testing.building import USUAL, make_suite
from llmos_core.testing.suites.section import section_suite

MOST_MODULES = 30
"""Importing a plugin module may import this many modules besides those of llmos itself."""

HEAVY = frozenset({
    *("litellm", "openai", "anthropic", "numpy", "pandas", "scipy", "torch", "transformers", "rich", "textual"),
    *("pydantic", "requests", "httpx", "aiohttp", "yaml", "sqlalchemy", "jinja2", "matplotlib", "PIL", "boto3"),
    *("google", "mcp", "jsonschema", "cattrs", "asyncio", "hypothesis", "pytest"),
})  # fmt: skip
"""Top-level packages that only the parts themselves may import, once they are used."""

_NAMES: Mapping[str, tuple[str, str]] = MappingProxyType({
    "tool": (r"[A-Za-z][A-Za-z0-9_-]{0,63}", "letters, digits, _ and -, at most 64, beginning with a letter"),
    "mode": (r"[A-Z][A-Z0-9_]*", "upper-case letters"),
    "section": (r"[a-z][a-z0-9_]*([.-][a-z0-9_]+)*", "lower-case words with dots or hyphens between them"),
    "": (r"[a-z][a-z0-9]*(-[a-z0-9]+)*", "lower-case words with hyphens between them"),
})  # fmt: skip


def plugin_suite(plugin: Any, *, bounds: settings = USUAL) -> type:
    """Return the laws for one plugin: an entry-point name of the group `llmos.plugins`, a module path, or a module.

    `bounds` says how hard the laws of its sections try.
    """
    return make_suite(PluginLaws, given_plugin=staticmethod(lambda: plugin), bounds_of_sections=bounds)


class PluginLaws:
    """What every plugin must do."""

    given_plugin: Any
    bounds_of_sections: settings

    @cached_property
    def plugin(self) -> Any:
        """The plugin itself, imported; PluginError when it cannot be."""
        given = self.given_plugin()
        if not isinstance(given, str):
            return given
        points = [point.value for point in discover() if point.name == given]
        return load_object(points[0] if points else given)

    def test_llmos_takes_it(self) -> None:
        """Else it is named by `llmos doctor` and left out.

        A plugin is a module or object with at least one hook: a plain function without parameters under `@hookimpl`.
        """
        broken = [found for found in self._host().plugins if found.name == "under-test" and found.status != "active"]
        assert not broken, broken[0].reason

    def test_it_implements_only_hooks_that_exist(self) -> None:
        """Else what it offers there is never asked for. The hooks are those of `llmos_core.hookspecs`."""
        host = self._host()
        host.check()
        unknown = [problem for problem in host.problems if "which is no hook" in problem and "under-test" in problem]
        assert unknown == [], "; ".join(unknown)

    def test_every_hook_answers_with_contributions(self) -> None:
        """Else the whole hook is left out. Return a tuple of `Contribution`, each with what its kind needs."""
        for kind, hook in _hooks_of(self.plugin):
            checked(kind, hook())

    def test_the_answer_is_always_the_same(self) -> None:
        """Else what is offered depends on chance or on the clock. Compute nothing in a hook: name what there is."""
        assert _offered(self.plugin) == _offered(self.plugin)

    def test_importing_it_is_light(self) -> None:
        """Else every start of llmos pays for it. Name factories by path, and import inside them."""
        name = getattr(self.plugin, "__name__", "")
        if not _is_importable(name):
            return
        new = _modules_imported_by(name)
        heavy = sorted({module.partition(".")[0] for module in new} & HEAVY)
        assert heavy == [], f"importing {name} also imports {', '.join(heavy)}"
        assert len(new) <= MOST_MODULES, f"importing {name} imports {len(new)} modules, {MOST_MODULES} are allowed"

    def test_every_factory_is_there(self) -> None:
        """Else it fails when it is first used. `factory` is "package.module:attribute" of something to be called."""
        for kind, offered in _offered(self.plugin):
            if offered.factory:
                found = load_object(offered.factory)
                assert callable(found) or kind == "hookspec", f"{kind} '{offered.name}': {offered.factory} is {found!r}"

    def test_every_section_keeps_the_laws_of_sections(self) -> None:
        """Else its configuration cannot be shown, checked or written; the failing law of sections is named."""
        for path in dict.fromkeys(offered.config for _, offered in _offered(self.plugin) if offered.config):
            suite = section_suite(load_object(path), bounds=self.bounds_of_sections)
            for law in (name for name in dir(suite) if name.startswith("test_")):
                try:
                    getattr(suite(), law)()
                except Exception as error:
                    raise AssertionError(f"section class {path}, {law}: {error}") from error

    def test_names_have_the_form_of_their_kind(self) -> None:
        """Else users cannot guess how to write them, and models refuse the names of tools."""
        for kind, offered in _offered(self.plugin):
            form, words = _NAMES.get(kind, _NAMES[""])
            assert re.fullmatch(form, offered.name), f"{kind} '{offered.name}': expected {words}"

    def test_no_name_is_offered_twice(self) -> None:
        """Else the plugin conflicts with itself, and neither of the two is used."""
        names = [(kind, offered.name) for kind, offered in _offered(self.plugin)]
        twice = sorted({f"{kind} '{name}'" for kind, name in names if names.count((kind, name)) > 1})
        assert twice == [], f"offered twice: {', '.join(twice)}"

    def test_contributions_stand_in_the_order_of_their_names(self) -> None:
        """Else people look in the wrong place, and a change is hard to read. Sort each hook's tuple by name."""
        for kind in HOOKS:
            names = [offered.name for owner, offered in _offered(self.plugin) if owner == kind]
            assert names == sorted(names), f"{kind}: {', '.join(names)}; expected {', '.join(sorted(names))}"

    def test_every_summary_is_one_line(self) -> None:
        """Else lists cannot be read. Say in one line of at most 100 characters what it does for the user."""
        for kind, offered in _offered(self.plugin):
            is_line = offered.summary.strip() == offered.summary != "" and "\n" not in offered.summary
            assert is_line, f"{kind} '{offered.name}': its summary is {offered.summary!r}"
            assert len(offered.summary) <= 100, f"{kind} '{offered.name}': its summary is too long"  # noqa: PLR2004

    def test_every_service_says_what_it_serves_as(self) -> None:
        """Else nobody can ask for it. Give each service its `role`: matcher, journal, ledger, or one of your own."""
        silent = [offered.name for kind, offered in _offered(self.plugin) if kind == "service" and not offered.role]
        assert silent == [], f"services without a role: {', '.join(silent)}"

    def _host(self) -> PluginHost:
        """Return a host of all other installed plugins and this one, since it may use hooks that they specify."""
        name = getattr(self.plugin, "__name__", "")
        others = [point for point in discover() if point.value != name]
        return PluginHost(others, extra={"under-test": self.plugin})


def _hooks_of(plugin: Any) -> Iterator[tuple[str, Any]]:
    for kind, name in HOOKS.items():
        if (hook := getattr(plugin, name, None)) is not None:
            yield kind, hook


def _offered(plugin: Any) -> list[tuple[str, Contribution]]:
    """Return what each hook offers, less the hooks that other laws find fault with."""
    found = []
    for kind, hook in _hooks_of(plugin):
        with suppress(Exception):  # judged by test_every_hook_answers_with_contributions
            found += [(kind, one) for one in checked(kind, hook())]
    return found


def _is_importable(name: str) -> bool:
    try:
        return bool(name) and find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _modules_imported_by(name: str) -> set[str]:
    """Return the modules that importing a plugin adds to those that every plugin needs, in a new interpreter."""
    program = (
        "import os, sys; sys.path[:0] = sys.argv[2].split(os.pathsep); "
        "import llmos_core.contrib, llmos_core.hookspecs; "
        "before = set(sys.modules); __import__(sys.argv[1]); print('\\n'.join(set(sys.modules) - before))"
    )
    command = [sys.executable, "-c", program, name, os.pathsep.join(sys.path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PluginError(f"importing {name} alone failed: {done.stderr.strip().splitlines()[-1]}", name=name)
    return set(done.stdout.split())
