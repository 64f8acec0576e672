"""The scene of one run: open parts, limits and rules for guarded calls. Modes never see it; they see RunContext."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from llmos_core.protocols.guarding import UNCONFINED
from llmos_core.runtime.guarding import reads_untrusted
from llmos_core.types.tools import Effect

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from llmos_core.protocols.guarding import Audit, Sandbox, Snapshots
    from llmos_core.runtime.confining import Confinement
    from llmos_core.runtime.kernel import Kernel
    from llmos_core.runtime.limits import Limits
    from llmos_core.runtime.routing import Route
    from llmos_core.types.task import TaskBlock
    from llmos_core.types.tools import ToolCall

UNCONFINED_NOTICE = "no sandbox: programs were started with all your rights; see `llmos doctor`"
"""What the user is told, once a run, where nothing confines the programs that it starts."""


class Scene:
    """One run's view of the kernel.

    `is_tainted`: strangers' words were read. `unrecorded` is why nothing more may happen, since the record of what
    happened has a gap; `notices` are for the user's eyes.
    """

    def __init__(
        self,
        kernel: Kernel,
        *,
        run_id: str,
        task: TaskBlock,
        limits: Limits,
        journal: Any,
        is_read_only: bool = False,
        is_offline: bool = False,
    ) -> None:
        self._kernel = kernel
        self.run_id = run_id
        self.task = task
        self.limits = limits
        self.journal = journal
        self.clock = kernel.clock
        self.paths = kernel.paths
        self.environ = kernel.environ
        self.hider = kernel.hider
        self.provider_name = ""
        self.is_tainted = False
        self.unrecorded = ""
        self.notices: tuple[str, ...] = ()
        self._is_read_only = is_read_only
        self._is_offline = is_offline

    @property
    def permission_mode(self) -> str:
        """The permission mode of this run."""
        mode: str = self._kernel.section("permissions").mode
        return mode

    @property
    def is_streaming(self) -> bool:
        """Whether answers are to be streamed: only when that is wanted and somebody watches."""
        return self._kernel.is_watched and bool(self._kernel.section("model").stream)

    @property
    def low_battery_fraction(self) -> Decimal:
        """The share of the total budget below which a low-battery event is published."""
        from decimal import Decimal

        return Decimal(str(self._kernel.section("kernel").low_battery_fraction))

    def forbids(self, call: ToolCall, effect: Effect, *, uses_network: bool = False) -> str:
        """Return why the task's own constraints forbid a call, "" when they do not.

        `uses_network` is what the tool says of itself, through an attribute of that name.
        """
        if self._is_read_only and not effect.is_safe:
            return f"the task is constrained to reading, and {call.tool} would change something"
        if self._is_offline and (uses_network or effect is Effect.UNKNOWN):
            return f"the task is constrained to work without a network, and {call.tool} might use it"
        return ""

    def note_reading(self, tool: Any) -> None:
        """From now on the run is tainted if the tool brings in what strangers have written."""
        self.is_tainted = self.is_tainted or reads_untrusted(tool)

    def note_start(self, confinement: Confinement) -> None:
        """Tell the user, once, that a program is started unconfined."""
        if confinement.tier == UNCONFINED and UNCONFINED_NOTICE not in self.notices:
            self.note(UNCONFINED_NOTICE)
            self.publish("unconfined", text=UNCONFINED_NOTICE)

    def note(self, notice: str) -> None:
        """Let the result tell the user something, in one sentence."""
        self.notices = (*self.notices, self.hider.last_words(notice))

    def publish(self, kind: str, **data: Any) -> None:
        """Tell the observers; costs nothing when there are none."""
        self._kernel.publish(kind, self.run_id, data)

    def transforms(self, moment: str) -> Sequence[Any]:
        """Return the transforms of a moment in their order."""
        return self._kernel.transforms(moment)

    async def tool(self, name: str) -> Any:
        """Return an open tool; PluginError naming the known ones when there is none."""
        return await self._kernel.tool(name)

    async def gates(self, moment: str) -> Sequence[Any]:
        """Return the open gates of a moment."""
        return await self._kernel.gates(moment)

    async def provider(self, purpose: str = "learn", wanted: str = "") -> tuple[Route, Any]:
        """Return where a purpose is taken, and the open provider; NoModelError with the next step when there is none.

        `wanted` is a model that the request itself names. What reasons a goal gives the run its provider's name.
        """
        route, provider = await self._kernel.route(self.task, purpose, wanted)
        if route.role == "learn" or not self.provider_name:
            self.provider_name = route.provider
        return route, provider

    async def policy_version(self) -> str:
        """Return the digest of today's policy, part of every approval's hash."""
        return await self._kernel.policy_version()

    async def ledger(self) -> Any:
        """Return the ledger."""
        return await self._kernel.service("ledger")

    async def guard(self, role: str) -> Any:
        """Return the guard of a role, None when none is installed; raises when one is and cannot be had."""
        return await self._kernel.guard(role)

    async def sandbox(self) -> Sandbox | None:
        """Return what confines programs, None when nothing is installed for it."""
        return cast("Sandbox | None", await self.guard("sandbox"))

    async def audit(self) -> Audit | None:
        """Return the record of decisions, None when none is kept."""
        return cast("Audit | None", await self.guard("audit"))

    async def snapshots(self) -> Snapshots | None:
        """Return what keeps the way back, None when nothing does."""
        return cast("Snapshots | None", await self.guard("snapshots"))

    async def approvals(self) -> Any:
        """Return the remembered approvals, None when nothing keeps them."""
        return await self._kernel.optional_service("approvals")

    async def approver(self) -> Any:
        """Return who answers for the user, None when nobody does."""
        return await self._kernel.optional_service("approver")

    async def offered_tools(self) -> tuple[Any, ...]:
        """Return the specs of every tool that opens."""
        return await self._kernel.offered_tools()
