"""A source of tools is asked only for names that nobody contributes, and a broken one never takes the others along."""

from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from llmos_core import aio
from llmos_core.contrib import Contribution
from llmos_core.errors import PluginError, UnknownOutcomeError
from llmos_core.hookspecs import hookimpl
from llmos_core.plugins.host import PluginHost
from llmos_core.plugins.registry import Registry
from llmos_core.runtime.kernel import Kernel
from llmos_core.testing.fakes import RecordingObserver
from llmos_core.types.result import Status
from llmos_core.types.tools import CallStatus, Effect, ToolSpec
from llmos_std.boot import LLMOS
from llmos_std.providers.scripted import ScriptedProvider


class Named:
    """A tool that answers with its own name, or fails as told."""

    def __init__(self, name: str, effect: Effect = Effect.READ, fails: Exception | None = None) -> None:
        self.spec = ToolSpec(name=name, description=name, parameters={"type": "object"}, effect=effect)
        self._fails = fails
        self.calls = 0

    def call(self, _arguments: Any, _context: Any) -> str:
        self.calls += 1
        if self._fails is not None:
            raise self._fails
        return self.spec.name


class Source:
    """Holds tools and counts how often it is asked."""

    def __init__(self, *tools: Named, problems: tuple[str, ...] = ()) -> None:
        self._tools = {tool.spec.name: tool for tool in tools}
        self._problems = problems
        self.asked: list[str] = []

    async def tools(self) -> tuple[Named, ...]:
        self.asked.append("*")
        return tuple(self._tools.values())

    async def tool(self, name: str) -> Named | None:
        self.asked.append(name)
        return self._tools.get(name)

    def problems(self) -> tuple[str, ...]:
        return self._problems


class BrokenSource:
    """Raises whatever it is asked."""

    def tools(self) -> Any:
        raise RuntimeError("no tools today")

    def tool(self, _name: str) -> Any:
        raise RuntimeError("no tool today")

    def problems(self) -> tuple[str, ...]:
        return ()


MODULE = "llmos_tests_tool_sources"


@pytest.fixture
def kernel_of(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Kernel]:
    """Make a kernel whose plugins offer the tool `Own` and the given sources."""

    def make(*sources: Any) -> Kernel:
        module = ModuleType(MODULE)
        module.own = lambda _context: Named("Own")  # type: ignore[attr-defined]
        for number, source in enumerate(sources):
            setattr(module, f"source_{number}", lambda _context, source=source: source)
        monkeypatch.setitem(__import__("sys").modules, MODULE, module)

        class Plugin:
            @hookimpl
            def llmos_tools(self) -> tuple[Contribution, ...]:
                return (Contribution(name="Own", summary="own", factory=f"{MODULE}:own"),)

            @hookimpl
            def llmos_services(self) -> tuple[Contribution, ...]:
                paths = (f"{MODULE}:source_{n}" for n in range(len(sources)))
                return tuple(
                    Contribution(name=f"source-{n}", summary="more tools", factory=path, role="tools")
                    for n, path in enumerate(paths)
                )

        registry = Registry(PluginHost(extra={"here": Plugin()}))
        config: Any = SimpleNamespace(section=lambda _name: None)
        paths: Any = SimpleNamespace()
        return Kernel(registry=registry, config=config, paths=paths)

    return make


def test_a_contributed_tool_is_had_without_asking_any_source(kernel_of):
    source = Source(Named("far__Away"))
    kernel = kernel_of(source)
    assert aio.run(kernel.tool("Own")).spec.name == "Own"
    assert source.asked == []


def test_a_name_that_nobody_contributes_is_asked_of_the_sources(kernel_of):
    kernel = kernel_of(Source(), Source(Named("far__Away")))
    assert aio.run(kernel.tool("far__Away")).spec.name == "far__Away"


def test_a_name_that_no_source_has_is_as_unknown_as_ever(kernel_of):
    with pytest.raises(PluginError) as caught:
        aio.run(kernel_of(Source()).tool("Awn"))
    assert caught.value.name == "Awn"


def test_every_tool_of_every_source_is_offered_and_a_contributed_one_keeps_its_name(kernel_of):
    usurper = Named("Own", effect=Effect.UNKNOWN)
    offered = aio.run(kernel_of(Source(usurper, Named("a__A")), Source(Named("b__B"))).offered_tools())
    assert [spec.name for spec in offered] == ["Own", "a__A", "b__B"]
    assert offered[0].effect is Effect.READ


def test_a_broken_source_is_reported_and_the_others_are_offered(kernel_of):
    kernel = kernel_of(BrokenSource(), Source(Named("b__B"), problems=("server 'c' is down",)))
    seen = RecordingObserver()
    kernel.watch("seen", seen)
    offered = aio.run(kernel.offered_tools())
    aio.run(kernel.close())
    assert [spec.name for spec in offered] == ["Own", "b__B"]
    assert [event.data["problem"] for event in seen.events] == ["no tools today", "server 'c' is down"]


def test_a_broken_source_asked_for_one_tool_is_named(kernel_of):
    with pytest.raises(PluginError, match=r"source-0.*no tool today"):
        aio.run(kernel_of(BrokenSource()).tool("b__B"))


@pytest.mark.parametrize(
    ("effect", "status"), [(Effect.READ, CallStatus.ERROR), (Effect.IRREVERSIBLE, CallStatus.UNKNOWN)]
)
def test_a_call_whose_end_nobody_saw_stays_unknown_unless_repeating_it_is_harmless(tmp_path, effect, status):
    tool = Named("Send", effect=effect, fails=UnknownOutcomeError("the line went dead"))
    send = {"calls": [{"tool": "Send", "arguments": {}}]}
    script = ScriptedProvider([send, send, {"text": "sent"}])
    environ = {"LLMOS_HOME": str(tmp_path / "home")}
    llmos = LLMOS(workspace=tmp_path, environ=environ, tools=[tool], provider=script, yes=True)
    result = llmos.run("send it")
    assert result.steps[0].status == status.value
    assert result.status is not Status.SUCCEEDED
    assert tool.calls == (2 if effect.may_repeat else 1)


def test_a_tool_that_says_it_uses_a_network_is_refused_to_a_task_without_one(tmp_path):
    tool = Named("far__Look")
    tool.uses_network = True  # type: ignore[attr-defined]
    script = ScriptedProvider([{"calls": [{"tool": "far__Look", "arguments": {}}]}, {"text": "seen"}])
    llmos = LLMOS(workspace=tmp_path, environ={"LLMOS_HOME": str(tmp_path / "home")}, tools=[tool], provider=script)
    result = llmos.run("look", constraints=("no network",))
    assert result.steps[0].status == CallStatus.DENIED.value
    assert tool.calls == 0
