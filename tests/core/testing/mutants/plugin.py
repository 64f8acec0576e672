"""Plugin modules that are right, and plugin modules with one fault each."""

import sys
import tempfile
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

from hypothesis import settings

from llmos_core.contrib import Contribution
from llmos_core.hookspecs import hookimpl
from llmos_core.testing import plugin_suite
from llmos_core.types.record import Record

from . import section


class Half(Record):
    """A section that says nothing about its field."""

    silent: str = ""


def open_it(_context: Any) -> object:
    return object()


HERE = __name__
TOOL = Contribution(name="Alpha", summary="does something", factory=f"{HERE}:open_it")
SECTION = Contribution(name="alpha", summary="how it is done", section="alpha", config=f"{section.__name__}:Reference")


def plugin(name: str, **hooks: Any) -> ModuleType:
    """Return a module that implements these hooks."""
    made = ModuleType(name)
    for hook, function in hooks.items():
        setattr(made, hook, hookimpl(function))
    return made


def tools(*offered: Contribution, name: str, hook: str = "llmos_tools") -> ModuleType:
    """Return a module whose one hook answers with these contributions."""
    return plugin(name, **{hook: lambda: offered})


def other(**changes: Any) -> Contribution:
    return Contribution(**{"name": "Beta", "summary": "does more", "factory": f"{HERE}:open_it", **changes})


def heavy() -> Any:
    """Write a plugin module that imports asyncio, and import it."""
    folder = Path(tempfile.mkdtemp())
    source = (
        "import asyncio\n"
        "from llmos_core.contrib import Contribution\n"
        "from llmos_core.hookspecs import hookimpl\n"
        "@hookimpl\n"
        "def llmos_tools():\n"
        f"    return (Contribution(name='Heavy', summary='is heavy', factory='{HERE}:open_it'),)\n"
    )
    (folder / "llmos_mutant_heavy.py").write_text(source)
    sys.path.append(str(folder))
    import llmos_mutant_heavy  # type: ignore[import-not-found]

    return llmos_mutant_heavy


NUMBERS = count()

RIGHT = (
    plugin("reference", llmos_tools=lambda: (TOOL, other()), llmos_sections=lambda: (SECTION,)),
    plugin("lists", llmos_modes=lambda: [other(name="ALPHA")]),
)

MUTANTS: dict[Any, str] = {
    plugin("takes-parameters", llmos_tools=lambda context=None: (TOOL,)): "test_llmos_takes_it",
    plugin(
        "misspells-a-hook", llmos_tools=lambda: (TOOL,), llmos_toolz=lambda: (TOOL,)
    ): "test_it_implements_only_hooks_that_exist",
    plugin("answers-with-a-name", llmos_tools=lambda: "Alpha"): "test_every_hook_answers_with_contributions",
    plugin(
        "counts", llmos_tools=lambda: (other(summary=f"answer {next(NUMBERS)}"),)
    ): "test_the_answer_is_always_the_same",
    heavy(): "test_importing_it_is_light",
    tools(other(factory=f"{HERE}:open_nothing"), name="names-what-is-not-there"): "test_every_factory_is_there",
    plugin(
        "has-half-a-section",
        llmos_sections=lambda: (Contribution(name="half", summary="half", section="half", config=f"{HERE}:Half"),),
    ): "test_every_section_keeps_the_laws_of_sections",
    tools(other(name="Beta.Tool"), name="names-with-dots"): "test_names_have_the_form_of_their_kind",
    tools(TOOL, TOOL, name="offers-twice"): "test_no_name_is_offered_twice",
    tools(other(), TOOL, name="is-out-of-order"): "test_contributions_stand_in_the_order_of_their_names",
    tools(other(summary="does more, and " * 10 + "more"), name="is-verbose"): "test_every_summary_is_one_line",
    tools(
        other(name="beta"), name="serves-as-nothing", hook="llmos_services"
    ): "test_every_service_says_what_it_serves_as",
}


def suite(made: Any, bounds: settings) -> type:
    return plugin_suite(made, bounds=bounds)
