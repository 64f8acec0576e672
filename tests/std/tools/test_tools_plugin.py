"""Laws: the eight tools have the names and arguments that traces and users see; offering them imports nothing."""

import subprocess
import sys
from importlib import import_module

import pytest

from llmos_core.testing.suites import tool_suite
from llmos_std.tools.commands import Bash, Python
from llmos_std.tools.config import CommandsConfig, WebConfig
from llmos_std.tools.files import Edit, Read, Write
from llmos_std.tools.plugin import llmos_tools
from llmos_std.tools.search import Glob, Grep
from llmos_std.tools.web import WebFetch

ARGUMENTS = {
    "Read": (["path", "offset", "limit"], ["path"]),
    "Write": (["path", "content"], ["path", "content"]),
    "Edit": (["path", "old", "new", "all"], ["path", "old", "new"]),
    "Glob": (["pattern"], ["pattern"]),
    "Grep": (["pattern", "path"], ["pattern"]),
    "Bash": (["command", "timeout_s"], ["command"]),
    "WebFetch": (["url"], ["url"]),
    "Python": (["code"], ["code"]),
}
EFFECTS = {
    "Read": "read",
    "Write": "idempotent_write",
    "Edit": "reversible_write",
    "Glob": "read",
    "Grep": "read",
    "Bash": "unknown",
    "WebFetch": "read",
    "Python": "unknown",
}


class Context:
    """As much of a PluginContext as the factories use."""

    config = None

    def section(self, _name):
        return None


def opened(contribution):
    module, _, name = contribution.factory.partition(":")
    return getattr(import_module(module), name)(Context())


def test_names_arguments_and_effects_are_the_documented_ones():
    specs = [opened(contribution).spec for contribution in llmos_tools()]
    assert {
        spec.name: (list(spec.parameters["properties"]), spec.parameters["required"]) for spec in specs
    } == ARGUMENTS
    assert {spec.name: spec.effect.value for spec in specs} == EFFECTS
    assert [contribution.name for contribution in llmos_tools()] == [spec.name for spec in specs]


@pytest.mark.parametrize("contribution", [each for each in llmos_tools() if each.config], ids=lambda each: each.name)
def test_each_section_can_be_made_from_its_defaults_with_help_for_every_key(contribution):
    import attrs

    module, _, name = contribution.config.partition(":")
    section = getattr(import_module(module), name)
    assert section() == section()
    assert all(field.metadata.get("help") for field in attrs.fields(section))


@pytest.mark.parametrize(
    ("section", "values"),
    [
        (CommandsConfig, {"timeout_s": 0}),
        (CommandsConfig, {"output_bytes": 1}),
        (WebConfig, {"allow_hosts": "example.org"}),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(section, values):
    with pytest.raises((ValueError, TypeError)):
        section(**values)


def test_a_list_from_toml_is_taken_as_it_is():
    assert WebConfig(allow_hosts=["a", "b"]).allow_hosts == ("a", "b")


def test_offering_and_using_the_file_tools_imports_nothing_heavy():
    heavy = {"asyncio", "cattrs", "logging", "subprocess", "tempfile", "shutil", "msgspec", "jsonschema", "tree_sitter"}
    steps = (
        "import sys",
        "from llmos_std.tools import plugin, files",
        "plugin.llmos_tools()",
        "files.open_write(None)",
    )
    code = "; ".join((*steps, f"sys.exit(len({heavy} & set(sys.modules)))"))
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def make_text(folder):
    (folder / "a.txt").write_text("one\ntwo\n")


TestReadSuite = tool_suite(Read, {"path": "a.txt", "offset": 2}, prepare=make_text)
TestWriteSuite = tool_suite(Write, {"path": "a/b.txt", "content": "text"})
TestEditSuite = tool_suite(Edit, {"path": "a.txt", "old": "one", "new": "1"}, prepare=make_text)
TestGlobSuite = tool_suite(Glob, {"pattern": "**/*.txt"}, prepare=make_text)
TestGrepSuite = tool_suite(Grep, {"pattern": "o"}, prepare=make_text)
TestBashSuite = tool_suite(lambda: Bash(CommandsConfig()), {"command": "cat a.txt"}, prepare=make_text)
TestPythonSuite = tool_suite(lambda: Python(CommandsConfig()), {"code": "print(1)"})


class OfflineFetch(WebFetch):
    """WebFetch without the web: its laws are about everything around the call."""

    async def call(self, _arguments, _context):
        return {"status": 200, "content_type": "text/plain", "text": "x"}


TestWebFetchSuite = tool_suite(lambda: OfflineFetch(WebConfig()), {"url": "https://example.org/"})
