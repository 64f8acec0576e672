"""Each name has one owner: the only claimant, or whom the user prefers, or the only one that replaces it, or nobody.

Laws: the order of claims does not matter; owners are claimants; no gate disappears unless the user's own preference
takes its place; every conflict lists all its claimants.
"""

from itertools import islice, permutations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.contrib import Contribution, Role
from llmos_core.plugins.claims import Claim
from llmos_core.plugins.ownership import GUARDED_ROLES, _settle_contested, settle


def claim(
    name: str, plugin: str, *, replaces: str = "", role: str = "", kind: str = "tool", distribution: str = ""
) -> Claim:
    offered = Contribution(name=name, summary=f"{name} of {plugin}", factory="a:b", replaces=replaces, role=role)
    return Claim(kind=kind, plugin=plugin, distribution=distribution or f"dist-{plugin}", contribution=offered)


@st.composite
def claims(draw: st.DrawFn, kind: str = "tool") -> list[Claim]:
    names, plugins = st.sampled_from("abc"), st.sampled_from(["p", "q", "r"])
    roles = st.sampled_from(list(Role)) if kind == "hook" else st.just("")
    rows = draw(st.lists(st.tuples(names, plugins, st.sampled_from(["", "a", "b"]), roles), max_size=5))
    return [claim(name, plugin, replaces=old, role=role, kind=kind) for name, plugin, old, role in rows]


def wishes(kind: str) -> st.SearchStrategy[dict[str, str]]:
    keys = st.sampled_from([f"{kind}.{name}" for name in "abcd"])
    return st.dictionaries(keys, st.sampled_from(["p", "q", "dist-r", "nobody"]), max_size=2)


@pytest.mark.spec("PA-012")
@given(st.sampled_from(["tool", "hook"]).flatmap(lambda kind: st.tuples(claims(kind), wishes(kind))))
def test_the_order_of_claims_does_not_matter(given_world: tuple[list[Claim], dict[str, str]]) -> None:
    given_claims, prefer = given_world
    outcomes = [settle(order, prefer) for order in islice(permutations(given_claims), 24)]
    assert all(outcome == outcomes[0] for outcome in outcomes)


@pytest.mark.spec("PA-030", "PA-031")
@given(claims(), wishes("tool"))
def test_owners_follow_the_rule(given_claims: list[Claim], prefer: dict[str, str]) -> None:
    outcome = settle(given_claims, prefer)
    for name in {name for one in given_claims for name in (one.contribution.name, one.contribution.replaces) if name}:
        claimants = {c for c in given_claims if name in (c.contribution.name, c.contribution.replaces)}
        wanted = prefer.get(f"tool.{name}")
        preferred = {c for c in claimants if wanted in (c.plugin, c.distribution)}
        replacing = {c for c in claimants if c.contribution.replaces == name}
        if len(preferred) == 1:
            assert {outcome.owners[name]} == preferred
        elif len(claimants) == 1:
            assert {outcome.owners[name]} == claimants
        elif len(replacing) == 1:
            assert {outcome.owners[name]} == replacing
        else:
            assert name not in outcome.owners
            (problem,) = [p for p in outcome.problems if p.startswith(f"tool '{name}' ")]
            assert all(c.plugin in problem for c in claimants)


@pytest.mark.spec("PA-033", "PA-034")
@given(claims("hook"), wishes("hook"))
def test_no_gate_disappears_without_the_users_wish(given_claims: list[Claim], prefer: dict[str, str]) -> None:
    outcome = settle(given_claims, prefer)
    gates = {c for c in given_claims if c.contribution.role == Role.GATE}
    gone = {c for c, _ in outcome.shadowed} & gates
    for gate in gone:
        assert f"hook.{gate.contribution.name}" in prefer
        assert outcome.owners[gate.contribution.name].contribution.role == Role.GATE
    assert len([c for c in outcome.active if c.contribution.role == Role.GATE]) == len(gates - gone)


@given(claims("hook"))
def test_names_of_active_claims_are_unique(given_claims: list[Claim]) -> None:
    names = [c.contribution.name for c in settle(given_claims, {}).active]
    assert len(names) == len(set(names))


@given(st.lists(st.sampled_from("abcdef"), unique=True))
def test_the_short_cut_for_uncontested_names_changes_nothing(names: list[str]) -> None:
    uncontested = [claim(name, "p") for name in names]
    assert settle(uncontested, {}) == _settle_contested(tuple(uncontested), {})


def test_a_replacement_keeps_its_own_name_too() -> None:
    old, new = claim("read", "std"), claim("better-read", "mine", replaces="read")
    outcome = settle([old, new], {})
    assert outcome.owners == {"read": new, "better-read": new}
    assert outcome.active == (new,)
    assert outcome.shadowed == ((old, "'better-read' of mine (dist-mine) takes its place"),)


@pytest.mark.spec("PA-034")
def test_a_gate_is_replaced_only_by_the_users_own_wish() -> None:
    old = claim("budget", "std", role=Role.GATE, kind="hook")
    new = claim("lax-budget", "mine", replaces="budget", role=Role.GATE, kind="hook")
    untouched = settle([old, new], {})
    assert untouched.active == (old, new)
    assert untouched.owners["budget"] == old
    assert "all its gates stay active" in untouched.problems[0]
    wished = settle([old, new], {"hook.budget": "mine"})
    assert wished.active == (new,)
    assert wished.problems == ()


def test_an_observer_never_takes_a_gates_place_even_when_preferred() -> None:
    gate = claim("budget", "std", role=Role.GATE, kind="hook")
    observer = claim("budget", "mine", replaces="budget", role=Role.OBSERVER, kind="hook")
    for prefer in ({}, {"hook.budget": "mine"}):
        assert settle([gate, observer], prefer).active == (gate,)


@pytest.mark.spec("PA-033")
def test_gates_of_equal_name_both_stay_under_different_names() -> None:
    one, two = (claim("budget", plugin, role=Role.GATE, kind="hook") for plugin in ("one", "two"))
    assert [c.contribution.name for c in settle([one, two], {}).active] == ["budget", "two/budget"]


def test_a_wish_may_name_the_distribution_in_any_spelling() -> None:
    one, two = claim("read", "x", distribution="My_Tools"), claim("read", "y")
    assert settle([one, two], {"tool.read": "my-tools"}).owners["read"] == one


def test_a_wish_for_nobody_is_reported_and_the_other_rules_hold() -> None:
    only = claim("read", "std")
    outcome = settle([only], {"tool.read": "gone"})
    assert outcome.owners["read"] == only
    assert "prefers 'gone' for tool.read, which is not offered by it" in outcome.problems[0]


def test_settlements_are_values() -> None:
    assert attrs.evolve(settle([], {})) == settle([], {})


@pytest.mark.spec("PA-035")
@pytest.mark.parametrize("role", sorted(GUARDED_ROLES))
def test_installing_is_not_enough_to_replace_a_service_that_says_yes(role: str) -> None:
    ours = service("asks-you", "std", role)
    theirs = service("says-yes", "stranger", role, replaces="asks-you")
    for order in ([ours, theirs], [theirs, ours]):
        settled = settle(order, {})
        assert settled.owners["asks-you"] == ours
        assert "asks-you" in settled.problems[0]
        assert "says-yes" in settled.problems[0]
        chosen = settle(order, {"service.asks-you": "stranger"})
        assert chosen.owners["asks-you"] == theirs


def test_any_other_service_is_replaced_by_the_one_that_says_so() -> None:
    ours, theirs = service("books", "std", "ledger"), service("new-books", "stranger", "ledger", replaces="books")
    assert settle([ours, theirs], {}).owners["books"] == theirs


def service(name: str, plugin: str, role: str, replaces: str = "") -> Claim:
    offered = Contribution(name=name, summary="", factory="a:b", role=role, replaces=replaces)
    return Claim(kind="service", plugin=plugin, distribution=plugin, contribution=offered)
