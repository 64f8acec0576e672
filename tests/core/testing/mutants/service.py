"""Services of a role of their own that are right, and services with one fault each: what holds for every role."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis import settings

from llmos_core.errors import StorageError
from llmos_core.protocols.context import PluginContext
from llmos_core.testing import service_suite


class Greeter:
    def greet(self) -> str:
        return "hello"


def open_greeter(_context: PluginContext) -> Greeter:
    return Greeter()


@contextmanager
def open_and_close_greeter(_context: PluginContext) -> Iterator[Greeter]:
    yield Greeter()


def open_unheard_of(_context: PluginContext) -> Greeter:
    return Greeter()


def open_mute(_context: PluginContext) -> object:
    return object()


def open_and_leave_locked(context: PluginContext) -> Greeter:
    lock = context.paths.workspace / "greeter.lock"
    if lock.exists():
        raise StorageError(f"{lock} is there: another greeter is at work")
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.touch()
    return Greeter()


RIGHT = (open_greeter, open_and_close_greeter)

MUTANTS: dict[Any, str] = {
    open_unheard_of: "test_its_role_is_known_or_declared",
    open_mute: "test_it_has_what_its_role_promises",
    open_and_leave_locked: "test_it_opens_again_after_it_was_closed",
}


def suite(made: Any, bounds: settings) -> type:
    methods = () if made is open_unheard_of else ("greet",)
    return service_suite(made, "greeter", methods=methods, bounds=bounds)
