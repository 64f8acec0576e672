"""The tiers without confinement: one that runs programs as they are, and one that runs nothing."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from llmos_core.errors import ToolError
from llmos_core.protocols.guarding import UNCONFINED, Launch


class Unconfined:
    """Confines nothing: programs have all the rights of the user, and every start is asked about."""

    tier = UNCONFINED
    is_confining = False

    @contextmanager
    def open_launch(
        self,
        arguments: Sequence[str],
        *,
        folder: Path,  # noqa: ARG002 – the protocol's name
        environment: Mapping[str, str],
    ) -> Iterator[Launch]:
        """Give the program as it is."""
        yield Launch(arguments=tuple(arguments), environment=dict(environment))


class Missing:
    """Stands for a tier that the user wants and that does not work here: no program is started."""

    is_confining = False

    def __init__(self, tier: str, reason: str) -> None:
        self.tier = tier
        self._reason = reason

    def open_launch(
        self,
        arguments: Sequence[str],  # noqa: ARG002 – the protocol's names
        *,
        folder: Path,  # noqa: ARG002
        environment: Mapping[str, str],  # noqa: ARG002
    ) -> AbstractContextManager[Launch]:
        """Raise ToolError: what was to be confined is not run otherwise."""
        raise ToolError(f"nothing can be started: sandbox.tier is {self.tier}, and {self._reason}; see `llmos doctor`")
