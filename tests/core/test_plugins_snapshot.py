"""Remembered plugins offer exactly what the real ones would, and only while nothing they were read from has changed."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from llmos_core.contrib import HOOKS
from llmos_core.plugins.discovery import EntryPoint
from llmos_core.plugins.host import PluginHost
from llmos_core.plugins.snapshot import RememberedHost, open_host

SOURCE = """
from llmos_core.contrib import Contribution
from llmos_core.hookspecs import hookimpl

@hookimpl
def llmos_tools():
    return (Contribution(name="{name}", summary="a tool", factory="somewhere:something", after=("x",)),)
"""


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, list[EntryPoint]]:
    folder = tmp_path / "site"
    folder.mkdir()
    module = f"remembered_{abs(hash(str(tmp_path)))}"
    file = folder / f"{module}.py"
    file.write_text(SOURCE.format(name="One"), encoding="utf-8")
    os.utime(file, (1_700_000_000, 1_700_000_000))  # as it is for what was installed before this process began
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, module, raising=False)
    return file, [EntryPoint(name="mine", value=module, distribution="mine", version="1", folder=str(folder))]


def offers(host: Any) -> dict[str, Any]:
    return {kind: host.claims(kind) for kind in HOOKS}


@pytest.mark.spec("PA-063")
def test_the_second_start_offers_the_same_without_importing_the_plugin(plugin: Any, tmp_path: Path) -> None:
    _file, found = plugin
    cache = tmp_path / "cache"
    real = open_host(found, cache=cache)
    assert isinstance(real, PluginHost)
    del sys.modules[found[0].value]
    again = open_host(found, cache=cache)
    assert isinstance(again, RememberedHost)
    assert offers(again) == offers(real)
    assert [p.name for p in again.plugins] == [p.name for p in real.plugins]
    assert again.lost("tool") == ()
    assert found[0].value not in sys.modules
    assert again.problems == real.problems


def test_a_file_written_since_this_process_began_is_not_remembered(plugin: Any, tmp_path: Path) -> None:
    file, found = plugin
    os.utime(file)
    for _ in range(2):
        assert isinstance(open_host(found, cache=tmp_path / "cache"), PluginHost)


def test_another_path_to_modules_is_another_memory(plugin: Any, tmp_path: Path, monkeypatch: Any) -> None:
    _file, found = plugin
    open_host(found, cache=tmp_path / "cache")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert isinstance(open_host(found, cache=tmp_path / "cache"), PluginHost)


@pytest.mark.spec("PA-063")
def test_a_changed_plugin_file_is_read_anew(plugin: Any, tmp_path: Path) -> None:
    file, found = plugin
    cache = tmp_path / "cache"
    open_host(found, cache=cache)
    del sys.modules[found[0].value]
    file.write_text(SOURCE.format(name="Another"), encoding="utf-8")
    os.utime(file, ns=(1, 1))
    host = open_host(found, cache=cache)
    assert isinstance(host, PluginHost)
    assert [claim.contribution.name for claim in host.claims("tool")] == ["Another"]


@pytest.mark.spec("PA-063")
@pytest.mark.parametrize("change", ["version", "disabled", "damage"])
def test_anything_else_that_changed_counts_too(plugin: Any, tmp_path: Path, change: str) -> None:
    _file, found = plugin
    cache = tmp_path / "cache"
    open_host(found, cache=cache)
    disabled: tuple[str, ...] = ()
    if change == "version":
        found = [EntryPoint(name="mine", value=found[0].value, distribution="mine", version="2", folder="")]
    if change == "disabled":
        disabled = ("mine",)
    if change == "damage":
        for kept in cache.glob("plugins-*.json"):
            kept.write_bytes(kept.read_bytes().replace(b"One", b"Two"))
    assert isinstance(open_host(found, disabled=disabled, cache=cache), PluginHost)


@pytest.mark.spec("PA-063")
def test_a_broken_plugin_is_never_remembered(plugin: Any, tmp_path: Path) -> None:
    file, found = plugin
    file.write_text("raise RuntimeError('broken: no llmos_tools')", encoding="utf-8")
    cache = tmp_path / "cache"
    for _ in range(2):
        host = open_host(found, cache=cache)
        assert isinstance(host, PluginHost)
        assert host.lost("tool") == ("mine",)


def test_a_cache_that_cannot_be_written_only_costs_time(plugin: Any, tmp_path: Path) -> None:
    _file, found = plugin
    blocked = tmp_path / "a-file"
    blocked.write_text("not a folder", encoding="utf-8")
    assert isinstance(open_host(found, cache=blocked / "cache"), PluginHost)


@pytest.mark.spec("PA-063")
def test_hooks_that_plugins_specified_are_remembered_and_every_file_of_theirs_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site" / "roomy"
    package.mkdir(parents=True)
    specs = 'import pluggy\n\n@pluggy.HookspecMarker(\'llmos\')\ndef llmos_rooms():\n    """Offer rooms."""\n'
    head = "from llmos_core.contrib import Contribution\nfrom llmos_core.hookspecs import hookimpl\n"
    plugin = (
        f"{head}from roomy.names import NAME\n\n@hookimpl\ndef llmos_hookspecs():\n"
        "    return (Contribution(name='rooms', summary='', factory='roomy.specs'),)\n\n"
        "@hookimpl\ndef llmos_rooms():\n    return (Contribution(name=NAME, summary='', factory='a:b'),)\n"
    )
    files = {"__init__.py": "", "specs.py": specs, "plugin.py": plugin, "names.py": "NAME = 'blue'\n"}
    for name, text in files.items():
        (package / name).write_text(text)
        os.utime(package / name, (1_700_000_000, 1_700_000_000))
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    found = [EntryPoint(name="roomy", value="roomy.plugin", distribution="roomy", version="1", folder="")]

    def rooms(expected: type) -> list[str]:
        for name in [name for name in sys.modules if name.partition(".")[0] == "roomy"]:
            monkeypatch.delitem(sys.modules, name)
        host = open_host(found, cache=tmp_path / "cache")
        assert isinstance(host, expected)
        assert host.further_hooks() == ("llmos_rooms",)
        return [claim.contribution.name for claim in host.claims("llmos_rooms")]

    assert rooms(PluginHost) == ["blue"]
    assert rooms(RememberedHost) == ["blue"]
    (package / "names.py").write_text("NAME = 'green'\n")
    os.utime(package / "names.py", (1_700_000_001, 1_700_000_001))
    assert rooms(PluginHost) == ["green"]
