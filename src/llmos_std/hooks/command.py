"""Ask a shell command: event JSON on standard input, the answer in exit code and output, within its time.

The command runs in the workspace with a small environment, in a session of its own that is killed as a whole: when time
is up, when the run is cancelled, and when it leaves something running. The rule: no answer is a denial.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from llmos_core.errors import ToolError
from llmos_std.hooks.dialect import told, understood
from llmos_std.hooks.replies import ReplyError, answer_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

    from llmos_std.hooks.answers import Answer

OUTPUT_BYTES = 1_000_000
PROJECT_FOLDER = ("LLMOS_PROJECT_DIR", "CLAUDE_PROJECT_DIR")
"""Variables that tell a hook where the project is: our own, and that of the widely used form."""


def asker(
    command: str, moment: str, *, workspace: Path, environ: Mapping[str, str], timeout_s: float
) -> Callable[[Mapping[str, Any]], Awaitable[Answer]]:
    """Return what asks this command; it raises ReplyError when the command gives no answer."""

    async def ask(event: Mapping[str, Any]) -> Answer:
        from llmos_std.tools.commands import shell_of
        from llmos_std.tools.environment import minimal_environment
        from llmos_std.tools.processes import Limits, run_program

        environment = minimal_environment(environ) | dict.fromkeys(PROJECT_FOLDER, str(workspace))
        stdin = _holding(json.dumps(told(event), ensure_ascii=True).encode())
        try:
            finished = await run_program(
                [*shell_of(environ), command],
                folder=workspace,
                environment=environment,
                limits=Limits(timeout_s=timeout_s, output_bytes=OUTPUT_BYTES),
                stdin=stdin,
            )
        except ToolError as error:
            raise ReplyError(f"it gave no answer: {error}") from error
        finally:
            os.close(stdin)
        answer = answer_of(moment, finished.exit_code, *finished.raw, is_cut=finished.is_cut)
        return understood(answer, event)

    return ask


def _holding(data: bytes) -> int:
    """Return an open file, which has no name, that holds the data and is read from its beginning."""
    import tempfile

    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        return os.dup(file.fileno())
