"""No setting is decoration: every field of every section is read somewhere outside its own class.

The exceptions are listed, each with the part of the road map that will read it or the reason why nothing does.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

import llmos_core
from llmos_core.contrib import MOMENTS
from llmos_core.plugins.discovery import discover
from llmos_core.plugins.host import PluginHost
from llmos_core.plugins.registry import Registry, Sections

SOURCES = Path(llmos_core.__file__).parent.parent

UNREAD = {
    "kernel.enable_scheduling": "part 6, scheduler",
    "kernel.enable_watchdog": "part 6, watchdog",
    "kernel.watchdog_timeout_s": "part 6, watchdog",
    "memory.enable_llm_matching": "part 3, matching by a model",
    "sentience.enabled": "part 6, internal state",
    **{
        f"hooks.{name}": "read with all other events in one loop, see hooks/reading.py"
        for moment in MOMENTS
        for name in (moment, "".join(word.title() for word in moment.split("_")))
    },
}


@pytest.fixture(scope="module")
def sections() -> Sections:
    ours = [point for point in discover() if point.distribution == "llmos"]
    return Registry(PluginHost(ours)).sections()


@pytest.fixture(scope="module")
def read_names() -> set[str]:
    """Every attribute that is read anywhere in the sources, and every name that is handed to getattr."""
    return {name for file in SOURCES.rglob("*.py") for name in names_read(ast.parse(file.read_text()))}


def names_read(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            yield node.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "getattr":
            yield from (str(argument.value) for argument in node.args if isinstance(argument, ast.Constant))


def test_every_field_is_read_or_listed(sections: Sections, read_names: set[str]) -> None:
    fields = {f"{name}.{field.name}" for name in sections for field in attrs.fields(sections[name])}
    unread = {key for key in fields if key.rpartition(".")[2] not in read_names}
    assert unread <= set(UNREAD)


def test_the_list_names_only_fields_that_exist(sections: Sections) -> None:
    fields = {f"{name}.{field.name}" for name in sections for field in attrs.fields(sections[name])}
    assert set(UNREAD) <= fields


def test_every_field_says_what_it_is_for(sections: Sections) -> None:
    silent = [
        f"{name}.{field.name}"
        for name in sections
        for field in attrs.fields(sections[name])
        if not field.metadata.get("help")
    ]
    assert silent == []
