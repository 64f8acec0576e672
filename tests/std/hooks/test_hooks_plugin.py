"""Law of the family: everything it offers opens from its import path, and its sections refuse what makes no sense."""

import subprocess
import sys
from contextlib import AbstractContextManager

import pytest
from hook_actions import context, load

from llmos_core.contrib import MOMENTS, Role
from llmos_std.hooks import plugin
from llmos_std.hooks.config import MODES, PermissionsConfig, ShellConfig

CONTRIBUTIONS = (*plugin.llmos_hooks(), *plugin.llmos_services())


@pytest.mark.parametrize("contribution", CONTRIBUTIONS, ids=lambda found: found.name)
def test_every_factory_opens(contribution, tmp_path):
    opened = load(contribution.factory)(context(tmp_path))
    if contribution.role == Role.GATE:
        assert callable(opened.check)
        assert set(contribution.moments) <= set(MOMENTS)
        assert contribution.moments
    elif isinstance(opened, AbstractContextManager):
        with opened as service:
            assert service is None or callable(service.is_approved)


@pytest.mark.parametrize("contribution", [c for c in CONTRIBUTIONS if c.config], ids=lambda found: found.section)
def test_every_field_of_a_section_has_a_default_and_a_help(contribution):
    section = load(contribution.config)
    section()
    assert all(field.metadata["help"] for field in section.__attrs_attrs__)


def test_each_section_has_one_owner():
    sections = [c.section for c in CONTRIBUTIONS if c.section]
    assert sorted(sections) == ["log", "permissions", "shell"]


@pytest.mark.parametrize("mode", MODES)
def test_every_documented_mode_is_accepted(mode):
    assert PermissionsConfig(mode=mode).mode == mode


@pytest.mark.parametrize("wrong", [{"mode": "acceptEdits"}, {"mode": ""}, {"mode": None}, {"remember_approvals": "no"}])
def test_permissions_refuse_what_they_do_not_know(wrong):
    with pytest.raises((ValueError, TypeError)):
        PermissionsConfig(**wrong)


@pytest.mark.parametrize("wrong", ["ls", [""], [1], None, {"ls": 1}])
def test_shell_patterns_are_a_list_of_texts(wrong):
    for name in ("allow", "deny"):
        with pytest.raises((ValueError, TypeError)):
            ShellConfig(**{name: wrong})


def test_a_list_from_toml_becomes_a_tuple():
    assert ShellConfig(allow=["make *"]).allow == ("make *",)


def test_the_gates_of_a_replay_need_no_heavy_module():
    script = """
import sys
from llmos_std.hooks import path_jail, permission_mode, shell_policy, budget, approvals, approver, plugin
import llmos_core.runtime.gates, llmos_core.runtime.transforms
heavy = {"asyncio", "cattrs", "platformdirs", "logging", "dataclasses", "subprocess", "structlog", "rich"}
heavy |= {"yaml", "uuid", "tempfile", "concurrent", "jsonschema", "msgspec", "tree_sitter", "importlib.metadata"}
print(sorted(heavy & set(sys.modules)))
"""
    run = subprocess.run(
        [sys.executable, "-S", "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PYTHONPATH": ":".join(path for path in sys.path if path)},
    )
    assert (run.stdout.strip(), run.stderr) == ("[]", "")
