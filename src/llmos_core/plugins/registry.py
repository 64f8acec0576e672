"""Everything that can be asked for by kind and name, with exactly one owner each.

A kind is looked into only when it is first asked for; `problems` and `shadowed` look into all of them.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from llmos_core.contrib import HOOKS, Contribution
from llmos_core.errors import PluginError
from llmos_core.plugins.claims import OWN_DISTRIBUTION, Claim, Fault, Plugin
from llmos_core.plugins.discovery import normalised
from llmos_core.plugins.ownership import Settlement, settle
from llmos_core.plugins.sections import Sections
from llmos_core.suggestion import did_you_mean

if TYPE_CHECKING:
    from llmos_core.plugins.host import PluginHost
    from llmos_core.plugins.snapshot import RememberedHost


class Registry:
    """What the plugins of one kernel offer. `prefer` maps "kind.name" to the plugin that the user wants for it."""

    def __init__(self, host: "PluginHost | RememberedHost", *, prefer: Mapping[str, str] | None = None) -> None:
        self._host = host
        self._prefer = dict(prefer or {})
        self._settled: dict[str, Settlement] = {}
        self._sections: Sections | None = None

    def get(self, kind: str, name: str) -> Contribution:
        """Return the contribution that owns a name; PluginError says who claims it or what is known."""
        if why := self.absence(kind, name):
            raise PluginError(why, name=name)
        return self._settlement(kind).owners[name].contribution

    def all(self, kind: str) -> tuple[Contribution, ...]:
        """Return everything of a kind that is in use, sorted by name.

        A kind that plugins specified themselves is asked for by its hook's full name. Gates of equal name all stay,
        the later ones with their plugin's name in front.
        """
        return tuple(claim.contribution for claim in self._settlement(kind).active)

    def names(self, kind: str) -> tuple[str, ...]:
        """Return the names of a kind that `get` answers, sorted."""
        return tuple(sorted(self._settlement(kind).owners))

    def owner(self, kind: str, name: str) -> str:
        """Return the name of the plugin that owns a name; PluginError as for `get`."""
        self.get(kind, name)
        return self._settlement(kind).owners[name].plugin

    def is_strange(self, kind: str, name: str) -> bool:
        """Say whether a contribution in use comes from another distribution than the kernel itself.

        What a program handed in as an object is its own, not a stranger's.
        """
        claims = (claim for claim in self._settlement(kind).active if claim.contribution.name == name)
        return any(claim.distribution not in {"", OWN_DISTRIBUTION} for claim in claims)

    def serving(self, role: str) -> Contribution | None:
        """Return the one service in use with a role, None when there is none.

        Among several, `[llmos.prefer] "service.<role>"` chooses by plugin or distribution; without a choice it is a
        PluginError that lists them.
        """
        claims = [claim for claim in self._settlement("service").active if claim.contribution.role == role]
        if len(claims) > 1:
            wanted = normalised(self._prefer.get(f"service.{role}", ""))
            owners = [claim for claim in claims if wanted in {normalised(claim.plugin), normalised(claim.distribution)}]
            if not wanted or len(owners) != 1:
                raise PluginError(_crowd(role, claims), name=role)
            claims = owners
        return claims[0].contribution if claims else None

    def serves(self, role: str) -> bool:
        """Say whether anything in use serves as a role, even if several want to."""
        return any(claim.contribution.role == role for claim in self._settlement("service").active)

    def sections(self) -> "Sections":
        """Return the configuration sections: names to classes, each class imported when it is looked up."""
        if self._sections is None:
            settled = [self._settlement(kind) for kind in HOOKS if kind != "hookspec"]
            active = (claim for settlement in settled for claim in settlement.active)
            self._sections = Sections(active, (claim for each in settled for claim, _ in each.shadowed))
        return self._sections

    def lost(self, kind: str) -> tuple[str, ...]:
        """Name the plugins whose contributions of a kind are missing because they are broken."""
        return self._host.lost(kind)

    @property
    def plugins(self) -> tuple[Plugin, ...]:
        """Every plugin that was found, whether active, disabled or broken, by name."""
        return self._host.plugins

    @property
    def is_complete(self) -> bool:
        """Say that no plugin is disabled or broken, so that an unknown section must be a mistake."""
        return all(plugin.status == "active" for plugin in self.plugins)

    @property
    def fingerprint(self) -> str:
        """A text that changes when a plugin is added, removed, updated, switched or broken."""
        return ";".join(f"{p.name}={p.value},{p.distribution},{p.version},{p.status}" for p in self.plugins)

    @property
    def problems(self) -> tuple[str, ...]:
        """Everything wrong with plugins, one sentence each, naming the plugin or all claimants of a name."""
        return tuple(fault.what for fault in self.faults)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Everything wrong with plugins, with how to mend it."""
        settlements = self.settlements()
        self._host.check()
        conflicts = (problem for settlement in settlements.values() for problem in settlement.problems)
        return (
            *self._host.faults,
            *(
                Fault(what, "settle it under [llmos.prefer] in your own config.toml, or uninstall the others")
                for what in conflicts
            ),
            *(
                Fault(what, "settle it under [llmos.prefer] in your own config.toml, or uninstall the others")
                for what in self._crowds()
            ),
            *(Fault(what, "mend that line of your own config.toml, or take it out") for what in self._stale_wishes()),
            *(Fault(what, "switch all but one of them off, or uninstall them") for what in self.sections().problems),
        )

    @property
    def shadowed(self) -> tuple[str, ...]:
        """What is installed but not in use, one sentence each, with the reason."""
        return tuple(
            f"{kind} '{claim.contribution.name}' of {claim.owner}: {reason}"
            for kind, settlement in self.settlements().items()
            for claim, reason in settlement.shadowed
        )

    def settlements(self) -> dict[str, Settlement]:
        """Return who owns what, for every kind and every hook that plugins specified themselves."""
        return {kind: self._settlement(kind) for kind in (*HOOKS, *self._host.further_hooks())}

    def _settlement(self, kind: str) -> Settlement:
        if kind not in self._settled:
            self._settled[kind] = settle(self._host.claims(kind), self._prefer)
        return self._settled[kind]

    def conflict(self, kind: str, name: str) -> str:
        """Return the sentence that lists all claimants of a name and how to choose, "" when it is not contested."""
        problems = self._settlement(kind).problems
        return next((problem for problem in problems if problem.startswith(f"{kind} '{name}' ")), "")

    def absence(self, kind: str, name: str) -> str:
        """Return why `get` answers nothing for a name: who claims it, or what is known; "" when it does."""
        if name in self._settlement(kind).owners:
            return ""
        if conflict := self.conflict(kind, name):
            return conflict
        hint = did_you_mean(name, self.names(kind)) or "; too many are known to list"
        known = hint if self.names(kind) else "; none is known"
        lost = f"; broken and left out: {', '.join(self.lost(kind))}" if self.lost(kind) else ""
        return f"no {kind} named '{name}'{known}{lost}; see 'llmos plugins list'"

    def _crowds(self) -> Iterator[str]:
        for role in sorted({claim.contribution.role for claim in self._settlement("service").active} - {""}):
            try:
                self.serving(role)
            except PluginError as error:
                yield str(error)

    def _stale_wishes(self) -> Iterator[str]:
        for key in self._prefer:
            kind, _, name = key.partition(".")
            settlement = self.settlements().get(kind)
            if settlement is None:
                yield f"your configuration prefers a plugin for '{key}', but there is no kind '{kind}'" + did_you_mean(
                    kind, HOOKS
                )
            elif name not in {one for claim in settlement.active for one in _names(claim)} | set(settlement.owners):
                yield f"your configuration prefers a plugin for '{key}', but no {kind} bears that name"


def _names(claim: Claim) -> set[str]:
    return {claim.contribution.name, claim.contribution.role, claim.contribution.replaces}


def _crowd(role: str, claims: list[Claim]) -> str:
    claimants = ", ".join(f"{claim.contribution.name} of {claim.owner}" for claim in claims)
    return (
        f"several services want to be the {role}: {claimants}; choose one in your own config.toml: "
        f'[llmos.prefer] "service.{role}" = "{claims[0].plugin}"'
    )
