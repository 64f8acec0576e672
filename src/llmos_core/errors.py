"""One class for each thing a caller can do about a failure; facts are attributes, the message names the next step."""

from collections.abc import Sequence


class LlmosError(Exception):
    """Root of every error that llmos raises on purpose. `str(error)` is one message fit for a person."""


class ConfigError(LlmosError):
    """The configuration cannot be used. `problems` lists every finding, each naming its file and key."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class PluginError(LlmosError):
    """A plugin or contribution is missing, broken or in conflict. `name` is the one asked for."""

    def __init__(self, message: str, *, name: str = "") -> None:
        self.name = name
        super().__init__(message)


class UsageError(LlmosError):
    """The caller asked for something that does not exist or does not fit together."""


class ToolError(LlmosError):
    """A tool could not do what was asked. The message is shown to the model and the user as data."""

    is_timeout = False


class ToolTimeoutError(ToolError):
    """A tool was not done in time, and what it began was stopped."""

    is_timeout = True


class ToolRefusedError(ToolError):
    """A tool refused its arguments for safety (a path outside the workspace, a forbidden host)."""


class UnknownOutcomeError(ToolError):
    """A call was begun and nobody saw its end (a lost connection, a time-out): it may or may not have happened.

    Unless doing it twice is harmless, such a step is never retried and the run ends partial until somebody has looked.
    """


class ProviderError(LlmosError):
    """A model call failed for good, after the retries and fail-overs that were allowed.

    `retryable` says whether the same call may succeed later; `status` is the HTTP status when there was one. `usage` is
    the `Usage` of the failed attempts; None when nobody knows what they will be billed at.
    """

    def __init__(
        self, message: str, *, status: int | None = None, retryable: bool = False, usage: object = None
    ) -> None:
        self.status = status
        self.retryable = retryable
        self.usage = usage
        super().__init__(message)


class NoModelError(LlmosError):
    """No provider is able or willing to take the goal: none configured, none reachable, or it abstained."""


class LowBatteryError(LlmosError):
    """A reservation would exceed a budget. `limit` names it (run, day, project, total); amounts are USD strings."""

    def __init__(self, message: str, *, limit: str, needed_usd: str, left_usd: str) -> None:
        self.limit = limit
        self.needed_usd = needed_usd
        self.left_usd = left_usd
        super().__init__(message)


class TraceError(LlmosError):
    """A stored trace cannot be read. The message names file and line."""

    def __init__(self, message: str, *, path: str = "", line: int = 0) -> None:
        self.path = path
        self.line = line
        super().__init__(message)


class StorageError(LlmosError):
    """Something durable could not be read or written (full disk, permissions, damage). Names the file."""


class DeniedError(LlmosError):
    """A gate or transform does not let a run go on: its goal, its model call or the model's answer was denied."""


class LimitError(LlmosError):
    """A limit of the run was reached. `limit` is one of turns, time."""

    def __init__(self, message: str, *, limit: str) -> None:
        self.limit = limit
        super().__init__(message)
