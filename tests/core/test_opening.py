"""Law of opening: a factory is called once, when it is needed; what it opened closes in reverse; the unfit is named.

Whatever a factory does wrong is one PluginError with the contribution's name, and spoils no other contribution.
"""

import asyncio
from contextlib import asynccontextmanager, contextmanager
from types import SimpleNamespace

import pytest

from llmos_core import aio
from llmos_core.contrib import Contribution
from llmos_core.errors import ConfigError, PluginError
from llmos_core.runtime.opening import Openings
from llmos_core.types.tools import ToolSpec

made: list = []
closed: list = []


class Odd(BaseException):
    pass


def tool(name="Thing", call=len):
    return SimpleNamespace(spec=ToolSpec(name=name, description="", parameters={}), call=call)


def plain(_context):
    made.append("plain")
    return tool("plain")


@contextmanager
def managed(_context):
    yield tool("managed")
    closed.append("managed")


@asynccontextmanager
async def managed_later(_context):
    await asyncio.sleep(0)
    yield tool("managed_later")
    closed.append("managed_later")


FACTORIES = ("plain", "managed", "managed_later")
WRONG = {
    "raises": lambda _context: 1 / 0,
    "exits": lambda _context: exec("raise SystemExit"),
    "raises at the root": lambda _context: exec("raise Odd", globals()),
    "takes nothing": lambda *, needed: tool(needed),
    "returns nothing": lambda _context: None,
    "has no call": lambda _context: SimpleNamespace(spec=tool().spec),
    "has no spec": lambda _context: SimpleNamespace(call=len),
    "has an odd spec": lambda _context: SimpleNamespace(call=len, spec={"name": "Thing"}),
    "has another name": lambda _context: tool("Bash"),
    "is not there": None,
}


def offer(name, kind="tool"):
    return Contribution(name=name, summary="", factory=f"{__name__}:{name}")


@pytest.fixture
def openings():
    made.clear()
    closed.clear()
    return Openings(lambda _contribution: None)


@pytest.mark.spec("PA-040")
def test_a_factory_is_called_once_and_only_when_it_is_needed(openings):
    assert made == []
    first, second = (aio.run(openings.get("tool", offer("plain"))) for _ in range(2))
    assert first is second
    assert made == ["plain"]


@pytest.mark.spec("PA-040")
def test_every_kind_of_factory_opens_and_closes_in_reverse(openings):
    async def whole_life():
        for name in FACTORIES:
            assert (await openings.get("tool", offer(name))).spec.name == name
        openings.on_close(lambda: closed.append("last"))
        await openings.close()

    aio.run(whole_life())
    assert closed == ["last", "managed_later", "managed"]


@pytest.mark.spec("PA-041", "PA-042")
@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_one_error_that_names_the_contribution(openings, monkeypatch, case):
    if WRONG[case] is not None:
        monkeypatch.setitem(globals(), "Thing", WRONG[case])
    with pytest.raises(PluginError) as caught:
        aio.run(openings.get("tool", offer("Thing")))
    assert "Thing" in str(caught.value)
    assert aio.run(openings.get("tool", offer("plain"))).spec.name == "plain"


@pytest.mark.spec("PA-041")
@pytest.mark.parametrize("error", [KeyboardInterrupt, asyncio.CancelledError])
def test_an_interruption_is_nobodys_fault_and_passes(openings, monkeypatch, error):
    def interrupted(_context):
        raise error

    monkeypatch.setitem(globals(), "Thing", interrupted)
    with pytest.raises(error):
        aio.run(openings.get("tool", offer("Thing")))


def test_an_error_that_speaks_for_itself_is_left_as_it_is(openings, monkeypatch):
    def unconfigured(_context):
        raise ConfigError(["a key is missing"])

    monkeypatch.setitem(globals(), "Thing", unconfigured)
    with pytest.raises(ConfigError, match="a key is missing"):
        aio.run(openings.get("tool", offer("Thing")))


@pytest.mark.spec("PA-042")
@pytest.mark.parametrize("kind", ["mode", "strategy", "provider", "memory"])
def test_an_object_without_the_methods_of_its_kind_is_refused(openings, monkeypatch, kind):
    monkeypatch.setitem(globals(), "Thing", lambda _context: object())
    with pytest.raises(PluginError, match="has no method"):
        aio.run(openings.get(kind, offer("Thing")))


@pytest.mark.spec("PA-042")
@pytest.mark.parametrize("role", ["gate", "transform"])
def test_a_hook_without_the_method_of_its_role_is_refused(openings, monkeypatch, role):
    monkeypatch.setitem(globals(), "Thing", lambda _context: object())
    contribution = Contribution(name="Thing", summary="", factory=f"{__name__}:Thing", role=role)
    with pytest.raises(PluginError, match="has no method"):
        aio.run(openings.get("hook", contribution))
