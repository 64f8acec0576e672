"""The configuration sections that plugins offer: names to classes, each class imported only when it is looked up."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from llmos_core.errors import PluginError
from llmos_core.plugins.claims import Claim
from llmos_core.plugins.loading import load_object


class Sections(Mapping[str, type[Any]]):
    """Configuration sections by name. Looking one up imports its class; iterating imports nothing."""

    def __init__(self, kinds: Iterable[Iterable[Claim]]) -> None:
        self._claims: dict[str, list[Claim]] = {}
        for claims in kinds:
            for claim in claims:
                if claim.contribution.section:
                    self._claims.setdefault(claim.contribution.section, []).append(claim)

    def __getitem__(self, name: str) -> type[Any]:
        claims = self._claims[name]
        if problem := _section_conflict(name, claims):
            raise PluginError(problem, name=name)
        found: type[Any] = load_object(claims[0].contribution.config)
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._claims

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._claims))

    def __len__(self) -> int:
        return len(self._claims)

    @property
    def problems(self) -> tuple[str, ...]:
        """One sentence for each section that two classes claim."""
        return tuple(filter(None, (_section_conflict(name, claims) for name, claims in self._claims.items())))


def _section_conflict(name: str, claims: list[Claim]) -> str:
    paths = {claim.contribution.config for claim in claims}
    if len(paths) == 1:
        return ""
    owners = ", ".join(sorted({f"{claim.owner} ({claim.contribution.config})" for claim in claims}))
    return f"section '{name}' is claimed by several plugins: {owners}; disable all but one with plugins.disabled"
