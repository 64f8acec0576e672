"""`load_object` returns what an import path names, or one PluginError that says exactly what is missing."""

import os.path
from pathlib import Path

import pytest

from llmos_core.errors import PluginError
from llmos_core.plugins.loading import load_object
from plugin_makers import importable


@pytest.mark.spec("PA-001")
def test_modules_attributes_and_attributes_of_attributes_are_found() -> None:
    assert load_object("os.path") is os.path
    assert load_object("os.path:join") is os.path.join
    assert load_object("pathlib:Path.home") == Path.home


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("no_such_module_at_all:x", "there is no module 'no_such_module_at_all'"),
        ("os.path:joyn", "did you mean 'join'?"),
        ("pathlib:Path.hom", "'Path' has no 'hom'"),
        ("", "is no import path"),
        ("os path:x", "is no import path"),
        (".relative:x", "is no import path"),
    ],
)
def test_what_is_missing_is_named(path: str, said: str) -> None:
    with pytest.raises(PluginError) as caught:
        load_object(path)
    assert said in str(caught.value)
    assert caught.value.name == path


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import absent_dependency", "there is no module 'absent_dependency', which 'broken_module' needs"),
        ("1 / 0", "ZeroDivisionError"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("def (", "SyntaxError"),
    ],
)
def test_a_module_that_breaks_on_import_is_one_error(tmp_path: Path, source: str, said: str) -> None:
    (tmp_path / "broken_module.py").write_text(source)
    with importable(tmp_path), pytest.raises(PluginError) as caught:
        load_object("broken_module:anything")
    assert said in str(caught.value)
