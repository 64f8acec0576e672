"""Settle who owns a name: one claimant; else whom the user prefers; else the only one that replaces it; else nobody.

Gates are different, since policy may only get stricter: all of them stay active, whatever they are called, and only
the user's own preference lets one take the place of another. The same preference is needed to replace a service that
says yes for the user. The order of claims never matters.
"""

from collections.abc import Iterable, Mapping

from llmos_core.contrib import Contribution, Role
from llmos_core.plugins.claims import Claim
from llmos_core.plugins.discovery import normalised
from llmos_core.types.record import Record, evolve

GUARDED_ROLES = frozenset({"approver", "approvals", "audit", "redactor", "sandbox", "snapshots", "trust"})
"""Services that decide whether something may happen, or guard it: a package replaces none by being installed."""


class Settlement(Record):
    """Who owns what, for one kind.

    `owners` maps names to claims; `active` holds what is in use, sorted by name; `shadowed` what is not, each with the
    reason; `problems` are conflicts, each listing every claimant.
    """

    owners: Mapping[str, Claim]
    active: tuple[Claim, ...]
    shadowed: tuple[tuple[Claim, str], ...]
    problems: tuple[str, ...]


def settle(claims: Iterable[Claim], prefer: Mapping[str, str]) -> Settlement:
    """Return who owns each name among claims of one kind.

    `prefer` maps "kind.name" to the plugin or distribution that the user wants to own it.
    """
    every = tuple(claims)
    if _is_uncontested(every, prefer):
        ordered = tuple(sorted(every, key=lambda claim: claim.contribution.name))
        owners = {claim.contribution.name: claim for claim in ordered}
        return Settlement(owners=owners, active=ordered, shadowed=(), problems=())
    return _settle_contested(every, prefer)


def _is_uncontested(claims: tuple[Claim, ...], prefer: Mapping[str, str]) -> bool:
    """Say whether every name is claimed once and nobody wishes anything: the usual case, worth a short cut."""
    names = {claim.contribution.name for claim in claims}
    return len(names) == len(claims) and not prefer and not any(claim.contribution.replaces for claim in claims)


def _settle_contested(claims: tuple[Claim, ...], prefer: Mapping[str, str]) -> Settlement:
    ordered = sorted(set(claims), key=_order)
    by_name: dict[str, list[Claim]] = {}
    for claim in ordered:
        for name in dict.fromkeys((claim.contribution.name, claim.contribution.replaces)):
            if name:
                by_name.setdefault(name, []).append(claim)
    owners: dict[str, Claim] = {}
    problems: list[str] = []
    gates: list[Claim] = []
    for name, claimants in by_name.items():
        if any(_is_gate(claim) and claim.contribution.name == name for claim in claimants):
            gates += _settled_gates(name, claimants, prefer, owners, problems)
        elif owner := _owner(name, claimants, prefer, problems):
            owners[name] = owner
    active = sorted({*owners.values(), *gates}, key=_order)
    return Settlement(
        owners=owners,
        active=_uniquely_named(active),
        shadowed=tuple((claim, _why(claim, owners)) for claim in ordered if claim not in active),
        problems=tuple(dict.fromkeys(problems)),
    )


def _owner(name: str, claimants: list[Claim], prefer: Mapping[str, str], problems: list[str]) -> Claim | None:
    preferred = _preferred(name, claimants, prefer, problems)
    if preferred is not None or len(claimants) == 1:
        return preferred or claimants[0]
    replacing = [claim for claim in claimants if claim.contribution.replaces == name]
    staying = [claim for claim in claimants if claim.contribution.name == name]
    if len(staying) == 1 and any(claim.contribution.role in GUARDED_ROLES for claim in claimants):
        problems.append(_conflict(name, claimants, f"it stays with {staying[0].owner}"))
        return staying[0]
    if len(replacing) == 1:
        return replacing[0]
    problems.append(_conflict(name, claimants, "nobody gets it"))
    return None


def _settled_gates(
    name: str, claimants: list[Claim], prefer: Mapping[str, str], owners: dict[str, Claim], problems: list[str]
) -> list[Claim]:
    """Return the gates that stay active under a name; fill in its owner when there is exactly one."""
    gates = [claim for claim in claimants if _is_gate(claim)]
    preferred = _preferred(name, gates, prefer, problems)
    if preferred is not None:
        owners[name] = preferred
        return [preferred]
    staying = [claim for claim in gates if claim.contribution.name == name]
    if len(staying) == 1:
        owners[name] = staying[0]
    if len(claimants) > 1:
        problems.append(_conflict(name, claimants, "all its gates stay active"))
    return staying


def _preferred(name: str, claimants: list[Claim], prefer: Mapping[str, str], problems: list[str]) -> Claim | None:
    key = f"{claimants[0].kind}.{name}"
    wanted = prefer.get(key)
    if wanted is None:
        return None
    by_plugin = [claim for claim in claimants if normalised(claim.plugin) == normalised(wanted)]
    by_distribution = [claim for claim in claimants if normalised(claim.distribution) == normalised(wanted)]
    for matching in (by_plugin, by_distribution):
        if len(matching) == 1:
            return matching[0]
    found = "offered more than once by" if by_plugin or by_distribution else "not offered by"
    problems.append(f"your configuration prefers '{wanted}' for {key}, which is {found} it; {_claimants(claimants)}")
    return None


def _conflict(name: str, claimants: list[Claim], outcome: str) -> str:
    kind = claimants[0].kind
    return (
        f"{kind} '{name}' is claimed by {len(claimants)} contributions, so {outcome}; {_claimants(claimants)}; "
        f'choose one in your own config.toml: [llmos.prefer] "{kind}.{name}" = "{claimants[0].plugin}"'
    )


def _claimants(claimants: list[Claim]) -> str:
    return f"claimants: {', '.join(f'{claim.contribution.name} of {claim.owner}' for claim in claimants)}"


def _why(claim: Claim, owners: Mapping[str, Claim]) -> str:
    owner = owners.get(claim.contribution.name)
    return f"'{owner.contribution.name}' of {owner.owner} takes its place" if owner else "its name is in conflict"


def _is_gate(claim: Claim) -> bool:
    return claim.contribution.role == Role.GATE and claim.kind == "hook"


def _order(claim: Claim) -> tuple[str, str, str]:
    return claim.contribution.name, claim.plugin, repr(claim.contribution)


def _uniquely_named(active: list[Claim]) -> tuple[Claim, ...]:
    """Return the claims, with the plugin's name put before a gate's name that an earlier gate bears already."""
    taken: set[str] = set()
    result = []
    for claim in active:
        name = claim.contribution.name
        while name in taken:
            name = f"{claim.plugin}/{name}"
        taken.add(name)
        renamed: Contribution = evolve(claim.contribution, name=name)
        result.append(claim if name == claim.contribution.name else evolve(claim, contribution=renamed))
    return tuple(result)
