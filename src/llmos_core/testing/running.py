"""Run a suite without pytest and say which laws an object breaks: how a suite itself is tested, by mutants."""

import contextlib
import io

from hypothesis import Phase, settings

HUNT = settings(
    deadline=None, max_examples=120, phases=[Phase.generate], database=None, derandomize=True, print_blob=False
)
"""Bounds for hunting mutants: many examples, always the same ones, no time spent on making them small."""


def laws(suite: type) -> tuple[str, ...]:
    """Return the names of a suite's tests, sorted."""
    return tuple(sorted(name for name in dir(suite) if name.startswith("test_")))


def broken_laws(suite: type) -> set[str]:
    """Return the names of the tests that fail. Every test runs on a new instance; what they print is dropped."""
    return {name for name in laws(suite) if not _holds(suite, name)}


def _holds(suite: type, name: str) -> bool:
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            getattr(suite(), name)()
    except Exception:  # noqa: BLE001 – a broken law may show as any exception, ExceptionGroup included
        return False
    return True
