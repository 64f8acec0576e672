"""The configuration sections that plugins offer: names to classes, each class imported only when it is looked up."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from llmos_core.errors import PluginError
from llmos_core.plugins.claims import Claim
from llmos_core.plugins.loading import load_object


class Sections(Mapping[str, type[Any]]):
    """Configuration sections by name. Looking one up imports its class; iterating imports nothing.

    What is `shadowed` keeps its section, unless something in use claims that name: swapping a part by configuration
    must not make the rest of that configuration unknown.
    """

    def __init__(self, active: Iterable[Claim], shadowed: Iterable[Claim] = ()) -> None:
        self._claims = {**_by_section(shadowed), **_by_section(active)}

    def __getitem__(self, name: str) -> type[Any]:
        claims = self._claims[name]
        if problem := _section_conflict(name, claims):
            raise PluginError(problem, name=name)
        found: type[Any] = load_object(claims[0].contribution.config)
        if getattr(found, "__fields__", None) is None and not hasattr(found, "__attrs_attrs__"):
            claim = claims[0]
            message = f"section '{name}' of {claim.owner}: '{claim.contribution.config}' is no frozen attrs class"
            raise PluginError(message, name=name)
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


def _by_section(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    found: dict[str, list[Claim]] = {}
    for claim in claims:
        if claim.contribution.section:
            found.setdefault(claim.contribution.section, []).append(claim)
    return found


def _section_conflict(name: str, claims: list[Claim]) -> str:
    paths = {claim.contribution.config for claim in claims}
    if len(paths) == 1:
        return ""
    owners = ", ".join(sorted({f"{claim.owner} ({claim.contribution.config})" for claim in claims}))
    return f"section '{name}' is claimed by several plugins: {owners}; disable all but one with plugins.disabled"
