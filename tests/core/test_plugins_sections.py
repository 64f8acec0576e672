"""Law: swapping a part by configuration never makes the rest of that configuration unknown.

What is replaced, outvoted or in conflict keeps its section, unless something in use claims the section's name.
"""

from types import SimpleNamespace
from typing import Any

import pytest

from llmos_core.contrib import Contribution
from llmos_core.errors import PluginError
from llmos_core.hookspecs import hookimpl
from llmos_core.plugins.host import PluginHost
from llmos_core.plugins.registry import Registry
from llmos_core.types.decision import Verdict


def offering(name: str, **more: Any) -> SimpleNamespace:
    offered = Contribution(name=name, summary=f"a {name}", factory="a:b", **more)
    return SimpleNamespace(llmos_tools=hookimpl(lambda: (offered,)))


OLD = offering("old", section="s", config="llmos_core.contrib:Contribution")


def sections(prefer: dict[str, str] | None = None, **plugins: SimpleNamespace) -> dict[str, type[Any]]:
    return dict(Registry(PluginHost(extra=plugins), prefer=prefer).sections())


def test_what_is_replaced_keeps_its_section() -> None:
    assert sections(one=OLD, two=offering("new", replaces="old")) == {"s": Contribution}


def test_what_is_outvoted_or_in_conflict_keeps_its_section() -> None:
    assert sections(one=OLD, two=offering("old")) == {"s": Contribution}
    assert sections({"tool.old": "two"}, one=OLD, two=offering("old")) == {"s": Contribution}


def test_what_is_in_use_and_claims_the_same_section_has_it() -> None:
    new = offering("new", replaces="old", section="s", config="llmos_core.types.decision:Verdict")
    assert sections(one=OLD, two=new) == {"s": Verdict}


def test_what_is_no_class_of_settings_is_named_with_its_plugin() -> None:
    with pytest.raises(PluginError, match=r"section 's' of mine: 'decimal:Decimal' is no frozen attrs class"):
        sections(mine=offering("one", section="s", config="decimal:Decimal"))
