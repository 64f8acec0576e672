"""The friendly face: `LLMOS` opens a kernel with the installed plugins and executes goals.

    async with LLMOS(budget_usd=10.0) as os:
        result = await os.execute("Create a Python calculator")

Constructing does no I/O. Every part may be injected (`memory=`, `ledger=`, `provider=`, `strategy=` …), real or fake.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Self

from llmos_core import aio
from llmos_core.runtime.dispatcher import dispatch
from llmos_core.types.record import evolve
from llmos_core.types.task import TaskBlock
from llmos_std.settings import ConfigBuilder, LLMOSConfig

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from llmos_core.runtime.kernel import Kernel
    from llmos_core.types.result import RunResult

__all__ = ["LLMOS", "ConfigBuilder", "LLMOSConfig"]


class LLMOS:
    """One operating system for language models over one workspace.

    `parts` are injected by role: memory, journal, ledger, approvals, approver, matcher, trust, provider, strategy, bus,
    gates (a sequence). `tools` are further tool objects. `yes` answers every question with yes, never a denial.
    `given_as` is how messages name where the values of `config` come from.
    After `boot`, `notices` tells what was left out: untrusted project files, broken plugins.
    """

    def __init__(
        self,
        budget_usd: object = None,
        *,
        config: LLMOSConfig | None = None,
        workspace: Path | str | None = None,
        environ: Mapping[str, str] | None = None,
        tools: Sequence[Any] = (),
        yes: bool = False,
        given_as: str = "given value",
        **parts: Any,
    ) -> None:
        self._config = LLMOSConfig() if config is None else config
        if budget_usd is not None:
            self._config = self._config.having({"kernel.budget_usd": budget_usd})
        self._workspace = workspace
        self._environ = os.environ if environ is None else environ
        self._tools = tools
        self._given_as = given_as
        self._yes = yes
        self._parts = {name: part for name, part in parts.items() if part is not None}
        self._kernel: Kernel | None = None
        self._last_result: RunResult | None = None
        self.notices: tuple[str, ...] = ()

    @property
    def kernel(self) -> Kernel:
        """The open kernel; RuntimeError before `boot`."""
        if self._kernel is None:
            message = "llmos is not booted; call `await os.boot()` first or use `async with LLMOS() as os`"
            raise RuntimeError(message)
        return self._kernel

    async def boot(self) -> Self:
        """Find plugins, read the configuration and open what every run needs. Booting twice is booting once.

        Raises ConfigError listing every problem, or PluginError.
        """
        if self._kernel is None:
            from llmos_std.assembly import assemble

            assembly = assemble(
                config=self._config,
                workspace=self._workspace,
                environ=self._environ,
                tools=self._tools,
                parts=self._with_approver(),
                given_as=self._given_as,
            )
            self._kernel, self.notices = assembly.kernel, assembly.notices
            await self._kernel.boot()
        return self

    @property
    def last_result(self) -> RunResult | None:
        """The result of the run that ended last, also of one that was interrupted; None before the first."""
        return self._last_result if self._kernel is None else self._kernel.last_result

    def _with_approver(self) -> dict[str, Any]:
        if not self._yes or "approver" in self._parts:
            return self._parts
        from llmos_std.hooks.approver import AutoApprover

        return {**self._parts, "approver": AutoApprover()}

    async def execute(self, goal: str | TaskBlock, **options: Any) -> RunResult:
        """Execute one goal and return its honest result.

        `options` are fields of `TaskBlock`: mode, strategy, provider, model, max_cost_usd, max_turns, timeout_s,
        inputs, constraints, priority, project, dry_run, fresh, trace, happened. `project_name` is taken for `project`.
        """
        await self.boot()
        return await dispatch(self.kernel, task_of(goal, options))

    async def shutdown(self) -> None:
        """Close everything that was opened; safe to call twice."""
        if self._kernel is not None:
            kernel, self._last_result, self._kernel = self._kernel, self._kernel.last_result, None
            await kernel.close()

    def run(self, goal: str | TaskBlock, **options: Any) -> RunResult:
        """Boot, execute one goal and shut down, without an event loop of your own."""
        return aio.run(self._run_once(goal, options))

    async def _run_once(self, goal: str | TaskBlock, options: dict[str, Any]) -> RunResult:
        async with self:
            return await self.execute(goal, **options)

    async def __aenter__(self) -> Self:
        return await self.boot()

    async def __aexit__(self, *_: object) -> None:
        await self.shutdown()


def task_of(goal: str | TaskBlock, options: dict[str, Any]) -> TaskBlock:
    """Return the task for a goal and its options; UsageError names an option or value that does not fit."""
    from llmos_core.errors import UsageError

    if "project_name" in options:
        options = {**options, "project": options["project_name"]}
        del options["project_name"]
    known = TaskBlock.__fields__
    if unknown := sorted(set(options) - set(known)):
        raise UsageError(f"execute() has no option '{unknown[0]}' (known: {', '.join(sorted(set(known) - {'goal'}))})")
    try:
        return evolve(goal, **options) if isinstance(goal, TaskBlock) else TaskBlock(goal=goal, **options)
    except ValueError as error:
        raise UsageError(f"this task cannot be executed: {error}") from None
