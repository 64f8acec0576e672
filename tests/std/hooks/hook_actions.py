"""Actions to be judged, and a shell policy that says what a test wants it to say."""

from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from llmos_core.protocols.acting import ActionContext
from llmos_core.types.decision import Decision
from llmos_core.types.tools import Effect, ToolCall, ToolSpec
from llmos_std.hooks.config import MODES, PermissionsConfig, ShellConfig
from llmos_std.shell.judging.call import Step

STRICT_MODES = tuple(mode for mode in MODES if mode != "yolo")


def action(tool, *, effect=Effect.UNKNOWN, mode="accept-edits", workspace=Path("/nowhere"), tainted=False, **arguments):
    return ActionContext(
        call=ToolCall(id="1", tool=tool, arguments=arguments),
        spec=ToolSpec(name=tool, description="", parameters={}, effect=effect),
        effect=effect,
        origin="model",
        workspace=workspace,
        run_id="run",
        permission_mode=mode,
        is_tainted=tainted,
    )


@contextmanager
def classified_as(level, rule="rule", reason="reason"):
    """Let the shell policy say one thing of every command for a while: read, workspace, unknown or destructive."""
    decisions = {"unknown": Decision.ASK, "destructive": Decision.DENY}
    found = Step("command", decisions.get(level, Decision.ALLOW), rule, reason)
    with mock.patch.dict(
        "sys.modules", {"llmos_std.shell.judging.policy": SimpleNamespace(judge=lambda _command, **_options: found)}
    ):
        yield


@contextmanager
def without_classifier():
    """Let the shell policy's module be missing for a while."""
    with mock.patch.dict("sys.modules", {"llmos_std.shell.judging.policy": None}):
        yield


def context(tmp_path=Path("/nowhere"), **sections):
    """Return as much of a PluginContext as the hooks look at."""
    known = {"permissions": PermissionsConfig(), "shell": ShellConfig(), **sections}
    return SimpleNamespace(config=None, section=known.__getitem__, paths=SimpleNamespace(user_state=tmp_path / "state"))


def load(path):
    """Return what an import path names."""
    module, name = path.split(":")
    return getattr(import_module(module), name)
