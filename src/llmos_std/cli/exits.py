"""Exit codes, and how an error is told to a person. Source: specs/result/1, RS-004."""

from __future__ import annotations

import sys

from llmos_core.errors import ConfigError, LlmosError, LowBatteryError, NoModelError, UsageError

EXIT_FAILED, EXIT_USAGE, EXIT_NO_MODEL, EXIT_OVER_BUDGET, EXIT_CONFIG, EXIT_INTERRUPTED = 1, 2, 3, 5, 7, 130

_EXITS: tuple[tuple[type[LlmosError], int], ...] = (
    (ConfigError, EXIT_CONFIG),
    (UsageError, EXIT_USAGE),
    (NoModelError, EXIT_NO_MODEL),
    (LowBatteryError, EXIT_OVER_BUDGET),
)


def exit_code(error: LlmosError) -> int:
    """Return the exit code that an error stands for."""
    return next((code for kind, code in _EXITS if isinstance(error, kind)), EXIT_FAILED)


def complain(error: LlmosError) -> None:
    """Write an error for a person: one line, or for a configuration one line a problem."""
    problems = error.problems if isinstance(error, ConfigError) else (str(error),)
    for problem in problems:
        print(f"llmos: {problem}", file=sys.stderr)
