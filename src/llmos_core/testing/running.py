"""Run a suite without pytest and say which laws an object breaks: how a suite itself is tested, by mutants."""

import contextlib
import io
from collections.abc import Iterable

from hypothesis import Phase, settings

from llmos_core.testing.building import USUAL

HUNT = settings(USUAL, max_examples=500, phases=[Phase.generate], database=None, derandomize=True)
"""Bounds for hunting mutants: many examples, always the same ones, no time spent on making them small."""


def laws(suite: type) -> tuple[str, ...]:
    """Return the names of a suite's tests, sorted."""
    return tuple(sorted(name for name in dir(suite) if name.startswith("test_")))


def broken_laws(suite: type) -> set[str]:
    """Return the names of the tests that fail. Every test runs on a new instance; what they print is dropped."""
    return set(failures(suite))


def failures(suite: type, *, only: Iterable[str] | None = None) -> dict[str, str]:
    """Return what each failing test says: its message and the notes for people, by the name of the test.

    `only` names the tests to run; None runs all of them.
    """
    found = {name: _failure(suite, name) for name in (laws(suite) if only is None else only)}
    return {name: said for name, said in found.items() if said is not None}


def _failure(suite: type, name: str) -> str | None:
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            getattr(suite(), name)()
    except Exception as error:  # noqa: BLE001 – a broken law may show as any exception, ExceptionGroup included
        return "\n".join([f"{type(error).__name__}: {error}", *getattr(error, "__notes__", ())])
    return None
