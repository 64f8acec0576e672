"""The registry answers by kind and name, says who owns what and why something is missing, and finds section classes."""

from types import SimpleNamespace
from typing import Any

import pytest

from llmos_core.contrib import Contribution, Role
from llmos_core.errors import PluginError
from llmos_core.hookspecs import hookimpl
from llmos_core.plugins.host import PluginHost
from llmos_core.plugins.registry import Registry


def offer(name: str, **more: Any) -> Contribution:
    return Contribution(**{"name": name, "summary": f"a {name}", "factory": "a:b", **more})


def plugin(hook: str, *offered: Contribution) -> SimpleNamespace:
    return SimpleNamespace(**{hook: hookimpl(lambda: offered)})


def registry(prefer: dict[str, str] | None = None, **plugins: SimpleNamespace) -> Registry:
    return Registry(PluginHost(extra=plugins), prefer=prefer)


def test_a_name_is_answered_by_its_owner() -> None:
    known = registry(one=plugin("llmos_providers", offer("echo"), offer("litellm")))
    assert known.get("provider", "echo").summary == "a echo"
    assert known.owner("provider", "echo") == "one"
    assert known.names("provider") == ("echo", "litellm")
    assert [c.name for c in known.all("provider")] == ["echo", "litellm"]


def test_a_missing_name_says_what_is_known() -> None:
    with pytest.raises(PluginError) as caught:
        registry(one=plugin("llmos_providers", offer("echo"), offer("litellm"))).get("provider", "ecko")
    assert str(caught.value) == "no provider named 'ecko'; did you mean 'echo'?; see 'llmos plugins list'"
    assert caught.value.name == "ecko"


def test_a_missing_name_says_when_a_broken_plugin_may_be_why() -> None:
    broken = SimpleNamespace(llmos_tools=lambda: ())
    with pytest.raises(PluginError) as caught:
        registry(broken=broken).get("tool", "Read")
    assert "broken and left out: broken" in str(caught.value)


@pytest.mark.spec("PA-031")
def test_a_contested_name_lists_its_claimants_and_how_to_choose() -> None:
    known = registry(one=plugin("llmos_tools", offer("Read")), two=plugin("llmos_tools", offer("Read")))
    with pytest.raises(PluginError) as caught:
        known.get("tool", "Read")
    assert "Read of one, Read of two" in str(caught.value)
    assert '[llmos.prefer] "tool.Read" = "one"' in str(caught.value)
    assert known.all("tool") == ()
    assert known.problems == (str(caught.value),)
    assert len(known.shadowed) == 2


def test_the_users_wish_settles_it() -> None:
    plugins = {name: plugin("llmos_tools", offer("Read")) for name in ("one", "two")}
    known = registry({"tool.Read": "two"}, **plugins)
    assert known.owner("tool", "Read") == "two"
    assert known.problems == ()
    assert known.shadowed == ("tool 'Read' of one: 'Read' of two takes its place",)


@pytest.mark.parametrize(("key", "said"), [("tol.Read", "did you mean 'tool'?"), ("tool.Write", "no tool bears")])
def test_wishes_about_nothing_are_reported(key: str, said: str) -> None:
    known = registry({key: "one"}, one=plugin("llmos_tools", offer("Read")))
    assert any(said in problem for problem in known.problems)


@pytest.mark.spec("PA-036")
def test_one_service_serves_a_role_and_the_user_chooses_among_several() -> None:
    plugins = {name: plugin("llmos_services", offer(f"{name}-ledger", role="ledger")) for name in ("one", "two")}
    assert registry(one=plugins["one"]).serving("ledger") == offer("one-ledger", role="ledger")
    assert registry().serving("ledger") is None
    with pytest.raises(PluginError) as caught:
        registry(**plugins).serving("ledger")
    assert "one-ledger of one, two-ledger of two" in str(caught.value)
    chosen = registry({"service.ledger": "two"}, **plugins)
    assert chosen.serving("ledger") == offer("two-ledger", role="ledger")
    assert chosen.problems == ()


def test_sections_of_every_kind_are_found_and_imported_only_when_looked_up() -> None:
    tool = offer("Read", section="reading", config="llmos_core.contrib:Contribution")
    absent = offer("Write", section="writing", config="absent_module:X")
    own = offer("kernel", factory="", section="kernel", config="llmos_core.contrib:Contribution")
    sections = registry(one=plugin("llmos_tools", tool, absent), two=plugin("llmos_sections", own)).sections()
    assert list(sections) == ["kernel", "reading", "writing"]
    assert sections["reading"].__name__ == "Contribution"
    assert "nothing" not in sections
    with pytest.raises(PluginError):
        sections["writing"]
    with pytest.raises(KeyError):
        sections["nothing"]


def test_two_classes_for_one_section_are_a_conflict_and_one_class_twice_is_not() -> None:
    one = plugin("llmos_tools", offer("Read", section="s", config="a:A"), offer("Write", section="s", config="a:A"))
    two = plugin("llmos_tools", offer("Edit", section="s", config="b:B"))
    assert registry(one=one).problems == ()
    known = registry(one=one, two=two)
    assert "section 's' is claimed by several plugins: one (a:A), two (b:B)" in known.problems[0]
    with pytest.raises(PluginError):
        known.sections()["s"]


def test_the_section_of_what_was_replaced_is_gone() -> None:
    old = plugin("llmos_tools", offer("Read", section="s", config="a:A"))
    new = plugin("llmos_tools", offer("Read", replaces="Read", section="s", config="llmos_core.contrib:Contribution"))
    assert registry(old=old, new=new).sections()["s"].__name__ == "Contribution"


def test_the_fingerprint_changes_with_what_is_active() -> None:
    one = plugin("llmos_tools", offer("Read"))
    prints = {
        Registry(PluginHost(extra={"one": one})).fingerprint,
        Registry(PluginHost(extra={"one": one}, disabled=["one"])).fingerprint,
        Registry(PluginHost(extra={"one": SimpleNamespace()})).fingerprint.replace("active", "x"),
        Registry(PluginHost()).fingerprint,
    }
    assert len(prints) == 4


def test_completeness_means_nothing_disabled_or_broken() -> None:
    one = plugin("llmos_tools", offer("Read"))
    assert registry(one=one).is_complete
    assert not Registry(PluginHost(extra={"one": one}, disabled=["one"])).is_complete
    assert not registry(one=SimpleNamespace()).is_complete


def test_a_hook_without_a_known_role_is_refused() -> None:
    known = registry(one=plugin("llmos_hooks", offer("x", role="guard")))
    assert known.all("hook") == ()
    assert "expected one of gate, transform, observer" in known.problems[0]
    assert registry(one=plugin("llmos_hooks", offer("x", role=Role.GATE, moments=("stop",)))).all("hook")
