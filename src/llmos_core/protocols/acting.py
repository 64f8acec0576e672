"""Tools, and the gates, transforms and observers around every call."""

from collections.abc import Awaitable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from llmos_core.protocols.guarding import IN_PROCESS, Sandbox
from llmos_core.types.decision import Verdict
from llmos_core.types.json import JsonObject, JsonValue
from llmos_core.types.model import Event
from llmos_core.types.record import Record
from llmos_core.types.tools import Effect, Probe, ToolCall, ToolSpec
from llmos_core.types.transcript import StepRecord


class ToolContext(Record):
    """What a running tool may know. `timeout_s` is what is left of the run; a tool must not outlive it.

    `sandbox` is there for tools that start programs, which say so by an attribute `starts_programs`.
    """

    workspace: Path
    run_id: str
    timeout_s: float
    environ: Mapping[str, str]
    sandbox: Sandbox | None = None


class Tool(Protocol):
    """One thing a model or a trace can do. Arguments were checked against `spec.parameters` before the call."""

    @property
    def spec(self) -> ToolSpec:
        """Return the tool's face; constant for the life of the object."""
        ...

    def call(self, arguments: JsonObject, context: ToolContext) -> JsonValue | Awaitable[JsonValue]:
        """Do it and return JSON. Raise ToolError (one message) when it cannot be done."""
        ...


@runtime_checkable
class ProbingTool(Protocol):
    """A tool that can look at what a call depends on or touches, without side effects."""

    def probe(self, arguments: JsonObject, context: ToolContext) -> Probe | None:
        """Return {"state": "absent" | "file" | "dir" | "other", "sha256"?: …, …}; None when there is nothing to see."""
        ...


@runtime_checkable
class JudgingTool(Protocol):
    """A tool whose effect depends on its arguments (a shell: `ls` reads, `rm` does not)."""

    def effect_of(self, arguments: JsonObject) -> Effect:
        """Return what this very call could do; never safer than what is certain."""
        ...


@runtime_checkable
class GeneralisingTool(Protocol):
    """A tool that knows which parts of its output drift without mattering (times, temporary paths)."""

    def generalise(self, content: JsonValue) -> JsonValue:
        """Return the content with such parts replaced; equal results mean "nothing that matters changed"."""
        ...


@runtime_checkable
class FailingTool(Protocol):
    """A tool that may answer normally with content that says the call failed (an exit code, an HTTP status)."""

    def is_failure(self, content: JsonValue) -> bool:
        """Return True when the content says the call failed, though the tool answered."""
        ...


@runtime_checkable
class NetworkTool(Protocol):
    """A tool that says whether it may use a network; a task that is constrained to none is not given it."""

    @property
    def uses_network(self) -> bool:
        """Return True when a call may reach beyond this machine."""
        ...


@runtime_checkable
class ProgramTool(Protocol):
    """A tool that starts programs. It starts them through `ToolContext.sandbox` wherever there is one."""

    @property
    def starts_programs(self) -> bool:
        """Return True; the calls of such a tool are confined, and judged by how well."""
        ...


@runtime_checkable
class UntrustedTool(Protocol):
    """A tool that brings in what strangers have written: a page of the web, what a server answers."""

    @property
    def reads_untrusted(self) -> bool:
        """Return True; from its first answer on the run is tainted, and gates are stricter."""
        ...


@runtime_checkable
class PathTool(Protocol):
    """A tool that can say which files a call may change."""

    def paths_of(self, arguments: JsonObject) -> Sequence[str]:
        """Return every path below the workspace that this call may change; they are kept before the call."""
        ...


class ToolSource(Protocol):
    """Many tools of one contribution, which are only known once somebody looks: a service with the role "tools".

    A source is opened, and asked, when tools are offered to a model or a tool is wanted that no contribution names; a
    replay of other tools never opens it. Its names should bear a prefix of its own: a contributed tool of the same name
    wins.
    """

    def tools(self) -> Sequence[Tool] | Awaitable[Sequence[Tool]]:
        """Return every tool that can be used now; what cannot is told by `problems`, not raised."""
        ...

    def tool(self, name: str) -> Tool | Awaitable[Tool | None] | None:
        """Return one tool as it is now, None when the name is none of this source's.

        PluginError, with the next step, when the name is its own but the tool cannot be had.
        """
        ...

    def problems(self) -> Sequence[str]:
        """Return one sentence for each thing that `tools` left out when it was last asked."""
        ...


class ActionContext(Record):
    """What a gate may know about the call it judges.

    `origin` is the source of the turn ("model", "trace", "program"): same rules for all.
    `permission_mode` is ask, accept-edits, plan or yolo; `is_tainted` says that untrusted text was read in this run.
    `tier` says how a program is confined that the tool starts: the sandbox's tier, UNCONFINED where there is none.
    `uses_network` is what the tool says of itself; `effect` is what the call can do under this confinement.
    """

    call: ToolCall
    spec: ToolSpec
    effect: Effect
    origin: str
    workspace: Path
    run_id: str
    permission_mode: str
    is_tainted: bool = False
    tier: str = IN_PROCESS
    uses_network: bool = False


class Gate(Protocol):
    """Decides about an action before it happens. Raising counts as DENY. A gate can only tighten."""

    def check(self, action: ActionContext) -> Verdict | Awaitable[Verdict]:
        """Return ALLOW, or ASK or DENY with a reason fit for the user."""
        ...


@runtime_checkable
class FollowingGate(Gate, Protocol):
    """A gate that judges a call by what became of earlier ones: it is told what is really made, and how it ended."""

    def begins(self, run_id: str, index: int, call: ToolCall) -> None:
        """Take note that step `index` was allowed and will be made now; raising anything keeps it from being made."""
        ...

    def ended(self, run_id: str, step: StepRecord) -> None:
        """Take note of the end of a step that began."""
        ...


class Transform(Protocol):
    """Changes a value at one moment: a goal, tool arguments, a result, a model request. Pure and ordered."""

    def apply(self, moment: str, value: Any) -> Any:
        """Return the value to use instead, of the same type; `moment` is one of contrib.MOMENTS."""
        ...


class Observer(Protocol):
    """Sees events. It has its own bounded queue and can neither slow nor change a run."""

    def see(self, event: Event) -> Awaitable[None] | None:
        """Take note of an event; whatever it raises is reported and dropped."""
        ...


class Question(Record):
    """What an approver is asked: the action, why a gate asks, and a hash that stands for exactly this call."""

    action: ActionContext
    reason: str
    action_hash: str


class Approver(Protocol):
    """Answers for the user when a gate asks. No approver counts as no.

    One with an attribute `approves_all` that is True says yes whatever it is asked: it approves the calls of a trace of
    the very goal beforehand.
    """

    def approve(self, question: Question) -> bool | Awaitable[bool]:
        """Return True for yes, and only for yes."""
        ...
