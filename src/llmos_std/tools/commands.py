"""Bash and Python: run a command or a piece of code in the workspace, in a process of its own.

A non-zero exit code is an answer, not an error; running out of time is an error.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from llmos_core.errors import ToolError
from llmos_core.protocols.acting import ToolContext
from llmos_core.protocols.context import PluginContext
from llmos_core.protocols.guarding import Launch
from llmos_core.types.json import JsonObject, JsonValue
from llmos_core.types.tools import Effect, ToolSpec
from llmos_std.tools.config import CommandsConfig

_EFFECTS = {"read": Effect.READ, "workspace": Effect.REVERSIBLE_WRITE}
"""Level of a command → effect; any other level is unknown."""

_SYSTEM_FOLDERS = frozenset({"/usr/bin", "/bin", "/usr/local/bin"})


class _ProcessTool:
    """A tool whose answer is the end of a process: {"exit_code", "stdout", "stderr"}."""

    starts_programs = True

    def __init__(self, config: CommandsConfig) -> None:
        self._config = config

    async def _run(self, program: Sequence[str], timeout_s: float, context: ToolContext) -> JsonValue:
        from llmos_std.tools.environment import minimal_environment
        from llmos_std.tools.processes import Limits, run_launch

        if any("\0" in argument for argument in program):
            raise ToolError("the text holds a NUL character, which no program can be given; leave it out")
        if not context.workspace.is_dir():
            raise ToolError(f"the workspace {context.workspace} is no folder; create it or choose another")
        environment = minimal_environment(context.environ, self._config.environment)
        limits = Limits(timeout_s=min(timeout_s, context.timeout_s), output_bytes=self._config.output_bytes)
        with _launch(program, environment, context) as launch:
            finished = await run_launch(launch, folder=context.workspace, limits=limits)
        return {"exit_code": finished.exit_code, "stdout": finished.stdout, "stderr": finished.stderr}

    def is_failure(self, content: JsonValue) -> bool:
        """Return True for any exit code but 0."""
        return not isinstance(content, dict) or content.get("exit_code") != 0

    def generalise(self, content: JsonValue) -> JsonValue:
        """Return the content without times, durations, ids and temporary paths; the exit code stays."""
        from llmos_std.tools.drift import without_drift

        if not isinstance(content, dict):
            return content
        return {key: without_drift(value) if isinstance(value, str) else value for key, value in content.items()}


def _launch(
    program: Sequence[str], environment: Mapping[str, str], context: ToolContext
) -> AbstractContextManager[Launch]:
    """Return how to start the program: confined when there is a sandbox, else as it is."""
    if context.sandbox is None:
        return nullcontext(Launch(arguments=tuple(program), environment=environment))
    return context.sandbox.open_launch(program, folder=context.workspace, environment=environment)


class Bash(_ProcessTool):
    """Runs a command line of the shell."""

    spec = ToolSpec(
        name="Bash",
        description="Run a shell command in the workspace, without input. What it leaves running is killed.",
        parameters={
            "type": "object",
            "properties": {
                "command": {"type": "string", "minLength": 1, "description": "the command line, as for bash -c"},
                "timeout_s": {"type": "number", "minimum": 0.1, "description": "seconds until it is killed"},
            },
            "required": ["command"],
            "additionalProperties": False,
        },
    )

    async def call(self, arguments: JsonObject, context: ToolContext) -> JsonValue:
        """Return exit code and output; raises ToolError when it is not done in time."""
        timeout_s = float(arguments.get("timeout_s", self._config.timeout_s))
        return await self._run([*shell_of(context.environ), arguments["command"]], timeout_s, context)

    def effect_of(self, arguments: JsonObject) -> Effect:
        """Return READ for what is known to read only, REVERSIBLE_WRITE for known writes inside the workspace."""
        from llmos_std.shell.classify import classify

        command: Any = arguments.get("command")
        return _EFFECTS.get(classify(command).level, Effect.UNKNOWN) if isinstance(command, str) else Effect.UNKNOWN


def shell_of(environ: Mapping[str, str]) -> list[str]:
    """Return the program and options to put before a command line; raises ToolError when there is no shell.

    Of the shells on the PATH the system's own come first: others may lie where a sandbox does not let programs look.
    """
    from llmos_std.tools.environment import minimal_environment

    folders = minimal_environment(environ)["PATH"].split(os.pathsep)
    folders.sort(key=lambda folder: folder not in _SYSTEM_FOLDERS)
    for name, *options in (["bash", "--noprofile", "--norc"], ["sh"]):
        for program in (Path(folder) / name for folder in folders):
            if program.is_file() and os.access(program, os.X_OK):
                return [str(program), *options, "-c"]
    raise ToolError(f"no bash and no sh in {os.pathsep.join(folders)}; install bash, or put it on the PATH")


class Python(_ProcessTool):
    """Runs Python code with the interpreter that llmos itself runs on."""

    spec = ToolSpec(
        name="Python",
        description="Run Python code in a process of its own in the workspace, without input; print what matters.",
        parameters={
            "type": "object",
            "properties": {"code": {"type": "string", "minLength": 1, "description": "the program text"}},
            "required": ["code"],
            "additionalProperties": False,
        },
    )

    async def call(self, arguments: JsonObject, context: ToolContext) -> JsonValue:
        """Return exit code and output; raises ToolError when it is not done in time."""
        program = [sys.executable, "-I", "-X", "utf8", "-c", arguments["code"]]
        return await self._run(program, self._config.timeout_s, context)


def open_bash(context: PluginContext) -> Bash:
    """Return the Bash tool with the limits of section `commands`."""
    return Bash(context.config or CommandsConfig())


def open_python(context: PluginContext) -> Python:
    """Return the Python tool with the same limits as Bash."""
    return Python(context.section("commands") or CommandsConfig())
