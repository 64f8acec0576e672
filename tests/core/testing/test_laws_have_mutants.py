"""Law: every suite accepts what is right, and each of its laws rejects a mutant that no other law rejects."""

from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from hypothesis import settings

from llmos_core import testing
from llmos_core.testing.running import HUNT, failures, laws
from llmos_core.testing.suites.services.common import ROLES, ServiceLaws

QUICK = settings(HUNT, max_examples=8)
"""For the many laws that must not see a mutant."""

KINDS = [name.removesuffix("_suite") for name in testing.__all__]
MODULES: dict[str, ModuleType] = {
    name: import_module(f"mutants.{name}") for name in (*KINDS, *(f"service_{role}" for role in sorted(ROLES)))
}


def name_of(made: Any) -> str:
    return str(getattr(made, "__name__", made))


def each(attribute: str) -> list[Any]:
    return [
        pytest.param(module, made, id=f"{name}-{name_of(made)}")
        for name, module in MODULES.items()
        for made in getattr(module, attribute)
    ]


@pytest.mark.parametrize(("module", "made"), each("RIGHT"))
def test_what_is_right_keeps_every_law(module: ModuleType, made: Any) -> None:
    assert failures(module.suite(made, settings(HUNT, max_examples=15))) == {}


@pytest.mark.parametrize(("module", "made"), each("MUTANTS"))
def test_one_law_alone_rejects_a_mutant(module: ModuleType, made: Any) -> None:
    law = module.MUTANTS[made]
    seen = failures(module.suite(made, HUNT), only=(law,))
    assert set(seen) == {law}
    others = [name for name in laws(module.suite(made, QUICK)) if name != law]
    found = failures(module.suite(made, QUICK), only=others)
    assert not found, "\n\n".join(found.values())


@pytest.mark.parametrize("name", MODULES)
def test_every_law_has_a_mutant(name: str) -> None:
    module = MODULES[name]
    written = set(laws(module.suite(module.RIGHT[0], QUICK)))
    of_all_services = set(laws(ServiceLaws)) if name.startswith("service_") else set()
    assert set(module.MUTANTS.values()) == written - of_all_services


@pytest.mark.parametrize("name", MODULES)
def test_every_law_says_what_its_failure_means(name: str) -> None:
    suite = MODULES[name].suite(MODULES[name].RIGHT[0], QUICK)
    silent = [law for law in laws(suite) if not (getattr(suite, law).__doc__ or "").startswith("Else ")]
    assert silent == []
