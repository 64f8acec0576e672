"""The host imports what is wanted, asks each hook once, and names and leaves out what is broken; others never notice.

Law: whatever one plugin does wrong, the contributions of the sound plugins are the same as without it.
"""

import asyncio
import inspect
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from llmos_core.contrib import Contribution
from llmos_core.errors import PluginError
from llmos_core.hookspecs import hookimpl
from llmos_core.plugins.claims import HEAVY_MODULES
from llmos_core.plugins.discovery import discover
from llmos_core.plugins.host import PluginHost
from plugin_makers import IMPORTS, TOOL, importable, make_distribution

HOOK = IMPORTS + "\n@hookimpl\n"
BROKEN = {
    "raises-on-import": "raise RuntimeError('no luck')",
    "raises-after-naming-its-hook": HOOK + "def llmos_tools():\n    return ()\n\nraise RuntimeError('no luck')",
    "raises-an-interruption": "raise KeyboardInterrupt",
    "raises-at-the-root": "class Odd(BaseException): ...\n\nraise Odd",
    "raises-what-cannot-be-shown": "class Odd(Exception):\n    def __str__(self):\n        1 / 0\n\nraise Odd",
    "shouts-at-the-terminal": "raise RuntimeError('\\x1b[31m\\n' * 10_000)",
    "exits-on-import": "raise SystemExit(0)",
    "lacks-a-dependency": "import not_installed_anywhere",
    "is-no-python": "def (",
    "async-hook": HOOK + "async def llmos_tools():\n    return ()",
    "async-generator": HOOK + "async def llmos_tools():\n    yield None",
    "takes-a-parameter": HOOK + "def llmos_tools(config):\n    return ()",
    "takes-a-default": HOOK + "def llmos_tools(config=None):\n    return ()",
    "takes-a-keyword": HOOK + "def llmos_tools(*, config=None):\n    return ()",
    "takes-anything": HOOK + "def llmos_tools(*args, **kwargs):\n    return ()",
    "is-a-wrapper": IMPORTS + "\n@hookimpl(wrapper=True)\ndef llmos_tools():\n    return (yield)",
    "has-no-hook": "def llmos_tools():\n    return ()",
    "raises-in-hook": HOOK + "def llmos_tools():\n    1 / 0",
    "exits-in-hook": HOOK + "def llmos_tools():\n    raise SystemExit",
    "returns-nothing": HOOK + "def llmos_tools():\n    pass",
    "returns-text": HOOK + "def llmos_tools():\n    return 'tool'",
    "returns-one": HOOK + "def llmos_tools():\n    return Contribution(name='a', summary='b', factory='c:d')",
    "returns-a-dict": HOOK + "def llmos_tools():\n    return [{'name': 'a'}]",
    "returns-an-awaitable": IMPORTS
    + "async def later():\n    return ()\n\n@hookimpl\ndef llmos_tools():\n    return later()",
    "raises-while-yielding": HOOK
    + "def llmos_tools():\n    yield Contribution(name='a', summary='b', factory='c:d')\n    1 / 0",
    "never-ends": HOOK + "def llmos_tools():\n    while True:\n"
    "        yield Contribution(name='a', summary='b', factory='c:d')",
    "has-no-factory": HOOK + "def llmos_tools():\n    return (Contribution(name='a', summary='b'),)",
    "has-no-name": HOOK + "def llmos_tools():\n    return (Contribution(name=' ', summary='b', factory='c:d'),)",
    "has-half-a-section": HOOK
    + "def llmos_tools():\n    return (Contribution(name='a', summary='b', factory='c:d', section='e'),)",
    "interrupts-in-hook": HOOK + "def llmos_tools():\n    raise KeyboardInterrupt",
    "has-a-loud-name": HOOK
    + "def llmos_tools():\n    return (Contribution(name='a\\x1b[2J', summary='b', factory='c:d'),)",
    "has-a-loud-summary": HOOK
    + "def llmos_tools():\n    return (Contribution(name='a', summary='b\\x1b[2J', factory='c:d'),)",
    "has-an-endless-name": HOOK
    + "def llmos_tools():\n    return (Contribution(name='a' * 10**6, summary='b', factory='c:d'),)",
    "has-an-endless-summary": HOOK
    + "def llmos_tools():\n    return (Contribution(name='a', summary='b' * 10**6, factory='c:d'),)",
    "has-an-odd-factory": HOOK
    + "def llmos_tools():\n    return (Contribution(name='a', summary='b', factory='c:d\\n'),)",
    "has-a-kin-of-a-record": HOOK
    + "class Kin(Contribution): ...\n\ndef llmos_tools():\n    return (Kin(name='a', summary='b', factory='c:d'),)",
    "has-numbers-for-text": HOOK + "def llmos_tools():\n    return (Contribution(name=1, summary='b', factory='c:d'),)",
    "has-a-list-of-moments": HOOK
    + "def llmos_tools():\n    return (Contribution(name='a', summary='b', factory='c:d', moments=['stop']),)",
}


def tools(host: PluginHost) -> list[str]:
    return [claim.contribution.name for claim in host.claims("tool")]


def plugin(name: str = "thing", **hooks: Any) -> SimpleNamespace:
    offered = Contribution(name=name, summary="a thing", factory="a:b")
    found = {"llmos_tools": lambda: (offered,), **hooks}
    return SimpleNamespace(**{hook: hookimpl(function) for hook, function in found.items()})


@pytest.mark.spec("PA-010", "PA-020", "PA-025", "PA-026", "PA-060")
@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_plugin_is_named_and_the_others_work(tmp_path: Path, fault: str) -> None:
    make_distribution(tmp_path, "sound-one", {"sound-one": "sound_one"}, modules={"sound_one": TOOL.format(name="One")})
    make_distribution(
        tmp_path, "broken", {fault: "broken_plugin"}, version="7", modules={"broken_plugin": BROKEN[fault]}
    )
    make_distribution(tmp_path, "zound-two", {"sound-two": "sound_two"}, modules={"sound_two": TOOL.format(name="Two")})
    with importable(tmp_path):
        host = PluginHost(discover([str(tmp_path)]))
        assert tools(host) == ["One", "Two"]
        (problem,) = host.problems
        assert problem.startswith(f"plugin '{fault}' (broken 7): ")
        assert problem.isprintable()
        assert len(problem) < 1000
        assert host.lost("tool") == ((fault,) if "llmos_tools" in BROKEN[fault] else ())


@pytest.mark.spec("PA-020", "PA-060")
def test_a_plugin_broken_in_one_kind_still_offers_the_others() -> None:
    def fails() -> Any:
        raise ValueError("not today")

    host = PluginHost(extra={"half": plugin("Good", llmos_modes=fails)})
    assert tools(host) == ["Good"]
    assert host.claims("mode") == ()
    assert host.problems == ("plugin 'half': its hook llmos_modes raised ValueError: not today",)
    assert (host.lost("tool"), host.lost("mode")) == ((), ("half",))


@pytest.mark.spec("PA-011")
def test_each_hook_is_called_once_and_only_when_its_kind_is_asked_for() -> None:
    calls: list[str] = []

    def count(kind: str) -> Any:
        def hook() -> tuple[Contribution, ...]:
            calls.append(kind)
            return ()

        return hook

    host = PluginHost(extra={"counted": plugin(llmos_tools=count("tool"), llmos_modes=count("mode"))})
    assert calls == []
    for _ in range(3):
        host.claims("tool")
    assert calls == ["tool"]
    host.claims("mode")
    assert calls == ["tool", "mode"]


@pytest.mark.spec("PA-003")
def test_what_is_disabled_is_not_imported(tmp_path: Path) -> None:
    make_distribution(
        tmp_path, "bomb-shop", {"bomb_one": "bomb", "bomb-two": "bomb"}, modules={"bomb": "raise SystemExit"}
    )
    found = discover([str(tmp_path)])
    for disabled in (["bomb-one", "bomb-two"], ["Bomb.Shop"]):
        host = PluginHost(found, disabled=disabled)
        assert [p.status for p in host.plugins] == ["disabled", "disabled"]
        host.check()
        assert host.problems == ()


def test_disabling_what_is_not_there_is_reported_by_a_check() -> None:
    host = PluginHost(disabled=["nobody"])
    host.check()
    assert "'nobody'" in host.problems[0]


def test_two_plugins_of_one_name_both_work_and_are_both_named() -> None:
    first, second = plugin("First"), plugin("Second")
    host = PluginHost(extra={"twin": first})
    host._add(host.plugins[0], lambda: second)
    assert tools(host) == ["First", "Second"]
    assert "two plugins bear this name" in host.problems[0]
    assert len(host.plugins) == 2


@pytest.mark.spec("PA-004")
def test_plugins_of_one_name_from_two_distributions_cannot_push_each_other_out(tmp_path: Path) -> None:
    make_distribution(tmp_path, "aaa", {"std-hooks": "m_one"}, modules={"m_one": TOOL.format(name="One")})
    make_distribution(tmp_path, "bbb", {"std-hooks": "m_two"}, modules={"m_two": TOOL.format(name="Two")})
    with importable(tmp_path):
        host = PluginHost(discover([str(tmp_path)]))
        assert tools(host) == ["One", "Two"]
        assert [p.name for p in host.plugins] == ["std-hooks", "std-hooks@bbb"]
        assert "aaa and bbb" in host.problems[0]
        off = PluginHost(discover([str(tmp_path)]), disabled=["std-hooks"])
        assert tools(off) == []


def test_one_object_under_two_names_counts_once(tmp_path: Path) -> None:
    same = plugin("Same")
    host = PluginHost(extra={"one": same, "two": same})
    assert tools(host) == ["Same"]
    assert host.problems == ("plugin 'two': is the same object as plugin 'one'",)


@pytest.mark.spec("PA-013")
def test_a_misspelt_hook_is_reported_with_what_was_meant() -> None:
    host = PluginHost(extra={"typo": plugin("Fine", llmos_tolos=lambda: ())})
    assert tools(host) == ["Fine"]
    host.check()
    assert host.problems == ("plugin 'typo': implements 'llmos_tolos', which is no hook; did you mean 'llmos_tools'?",)


@pytest.mark.spec("PA-014")
def test_plugins_may_specify_hooks_for_plugins_of_their_own(tmp_path: Path) -> None:
    specs = "import pluggy\n\n@pluggy.HookspecMarker('llmos')\ndef llmos_workflows():\n    '''Offer workflows.'''\n"
    (tmp_path / "workflow_specs.py").write_text(specs)
    offered = Contribution(name="workflows", summary="hooks", factory="workflow_specs")
    brief = Contribution(name="brief", summary="a workflow", factory="a:b")
    with importable(tmp_path):
        host = PluginHost(
            extra={
                "workflows": plugin(llmos_hookspecs=lambda: (offered,)),
                "mine": plugin("Mine", llmos_workflows=lambda: (brief,)),
            }
        )
        assert [claim.contribution.name for claim in host.claims("llmos_workflows")] == ["brief"]
        host.check()
        assert host.problems == ()


def test_a_kind_that_nobody_specifies_is_an_error() -> None:
    with pytest.raises(PluginError) as caught:
        PluginHost().claims("llmos_tool")
    assert "did you mean 'llmos_tools'?" in str(caught.value)


def test_an_awaitable_from_a_hook_is_closed() -> None:
    made: list[Any] = []

    def hook() -> Any:
        made.append(asyncio.sleep(0))
        return made[0]

    host = PluginHost(extra={"late": plugin(llmos_tools=hook)})
    assert tools(host) == []
    assert inspect.getcoroutinestate(made[0]) == inspect.CORO_CLOSED


@pytest.mark.spec("PA-061")
@pytest.mark.parametrize(
    "source",
    {
        "on import": HOOK + "def llmos_tools():\n    return ()\n\nimport time\ntime.sleep(60)",
        "in its hook": HOOK + "def llmos_tools():\n    while True:\n        pass",
        "while yielding": HOOK + "def llmos_tools():\n    import time\n    yield time.sleep(60)",
    }.values(),
)
def test_a_plugin_that_hangs_is_left_behind_and_the_others_work(tmp_path: Path, source: str) -> None:
    make_distribution(tmp_path, "broken", {"aaa": "hanging_plugin"}, version="7", modules={"hanging_plugin": source})
    make_distribution(tmp_path, "sound-one", {"sound-one": "sound_one"}, modules={"sound_one": TOOL.format(name="One")})
    with importable(tmp_path):
        host = PluginHost(discover([str(tmp_path)]), limit_s=1.0)
        assert tools(host) == ["One"]
        (problem,) = host.problems
        assert problem.startswith("plugin 'aaa' (broken 7): ")
        assert "did not end" in problem
        assert host.lost("tool") == ("aaa",)


@pytest.mark.spec("PA-064")
def test_what_a_heavy_plugin_brings_along_is_counted_and_named(tmp_path: Path) -> None:
    light = make_distribution(tmp_path, "light", {"light": "light_plugin"}, modules={"light_plugin": TOOL})
    many = {f"heavy_load_{number}": "" for number in range(HEAVY_MODULES)}
    source = "".join(f"import {name}\n" for name in many) + TOOL
    make_distribution(tmp_path, "weighty", {"weighty": "weighty_plugin"}, modules={"weighty_plugin": source, **many})
    assert light.is_dir()
    with importable(tmp_path):
        first, second = PluginHost(discover([str(tmp_path)])).plugins
        assert (first.name, first.import_modules, first.import_packages) == ("light", 0, ())
        assert second.is_heavy
        assert second.import_modules == HEAVY_MODULES
        assert set(second.import_packages) < set(many)


SOURCES = {
    "names it": ({"lost_plugin": "1 / 0\nllmos_hooks = None"}, True),
    "names another": ({"lost_plugin": "1 / 0\nllmos_tools = None"}, False),
    "hides behind a star": ({"lost_plugin": "1 / 0\nfrom elsewhere import *"}, True),
    "is not there at all": ({}, True),
}


@pytest.mark.spec("PA-053", "PA-054")
@pytest.mark.parametrize("case", SOURCES)
def test_a_broken_plugin_is_missed_only_where_its_files_could_have_offered_something(tmp_path: Path, case: str) -> None:
    modules, is_lost = SOURCES[case]
    make_distribution(tmp_path, "lost", {"lost": "lost_plugin"}, modules=modules)
    with importable(tmp_path):
        host = PluginHost(discover([str(tmp_path)]))
        assert host.lost("hook") == (("lost",) if is_lost else ())


@pytest.mark.spec("PA-053", "PA-054")
def test_a_missing_module_is_judged_by_what_else_its_wheel_brought(tmp_path: Path) -> None:
    info = make_distribution(tmp_path, "gone", {"gone": "gone_plugin"}, modules={"gone_rest": "x = 1"})
    (info / "RECORD").write_text("gone_rest.py,,\ngone-1.0.dist-info/METADATA,,\n")
    with importable(tmp_path):
        assert PluginHost(discover([str(tmp_path)])).lost("hook") == ()
        (tmp_path / "gone_rest.py").write_text("def llmos_hooks(): ...")
        assert PluginHost(discover([str(tmp_path)])).lost("hook") == ("gone",)


@pytest.mark.spec("PA-053", "PA-054")
def test_a_module_that_the_wheel_brought_and_that_is_gone_may_have_offered_anything(tmp_path: Path) -> None:
    (tmp_path / "gone_pkg").mkdir()
    info = make_distribution(tmp_path, "gone", {"gone": "gone_pkg.plugin"}, modules={"gone_pkg/__init__": "x = 1"})
    (info / "RECORD").write_text("gone_pkg/__init__.py,,\ngone_pkg/plugin.py,,\n")
    with importable(tmp_path):
        assert PluginHost(discover([str(tmp_path)])).lost("hook") == ("gone",)
