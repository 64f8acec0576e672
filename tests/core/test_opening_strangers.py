"""Law: a stranger's factory that does not end is an error that names it, in the thread it was called in."""

import asyncio
import threading
import time
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest

from llmos_core import aio
from llmos_core.contrib import Contribution
from llmos_core.errors import PluginError
from llmos_core.runtime import interrupting
from llmos_core.runtime.opening import Openings

HERE = __name__


def spins(_context: Any) -> Any:
    while True:
        try:
            time.sleep(0.01)
        except Exception:  # noqa: BLE001 – it holds on to its life
            continue


@contextmanager
def enters_for_ever(_context: Any) -> Any:
    spins(None)
    yield None


@asynccontextmanager
async def waits_for_ever(_context: Any) -> Any:
    await asyncio.Event().wait()
    yield None


def made_here(_context: Any) -> Any:
    return threading.current_thread()


def opened(factory: str) -> Any:
    openings = Openings(lambda _contribution: None, lambda _kind, _name: True)  # type: ignore[arg-type, return-value]
    contribution = Contribution(name="slow", summary="it never ends", factory=f"{HERE}:{factory}")
    return aio.run(openings.get("service", contribution))


@pytest.mark.spec("PA-044")
@pytest.mark.parametrize("factory", ["spins", "enters_for_ever", "waits_for_ever"])
def test_a_factory_that_does_not_end_is_named(factory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interrupting, "OPENING_S", 0.2)
    with pytest.raises(PluginError, match="'slow' could not be opened"):
        opened(factory)


@pytest.mark.spec("PA-044")
def test_what_a_factory_makes_is_made_in_the_calling_thread() -> None:
    assert opened("made_here") is threading.current_thread()
