"""Law: swapping a part by configuration never makes the rest of that configuration unknown.

What is replaced, outvoted or in conflict keeps its section, unless something in use claims the section's name.
"""

from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

from llmos_core.contrib import Contribution
from llmos_core.hookspecs import hookimpl
from llmos_core.plugins.host import PluginHost
from llmos_core.plugins.registry import Registry


def offering(name: str, **more: Any) -> SimpleNamespace:
    offered = Contribution(name=name, summary=f"a {name}", factory="a:b", **more)
    return SimpleNamespace(llmos_tools=hookimpl(lambda: (offered,)))


OLD = offering("old", section="s", config="decimal:Decimal")


def sections(prefer: dict[str, str] | None = None, **plugins: SimpleNamespace) -> dict[str, type[Any]]:
    return dict(Registry(PluginHost(extra=plugins), prefer=prefer).sections())


def test_what_is_replaced_keeps_its_section() -> None:
    assert sections(one=OLD, two=offering("new", replaces="old")) == {"s": Decimal}


def test_what_is_outvoted_or_in_conflict_keeps_its_section() -> None:
    assert sections(one=OLD, two=offering("old")) == {"s": Decimal}
    assert sections({"tool.old": "two"}, one=OLD, two=offering("old")) == {"s": Decimal}


def test_what_is_in_use_and_claims_the_same_section_has_it() -> None:
    new = offering("new", replaces="old", section="s", config="fractions:Fraction")
    assert sections(one=OLD, two=new) == {"s": Fraction}
