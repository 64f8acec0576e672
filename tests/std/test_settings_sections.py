"""Every section of the standard library can be written as TOML and read again, and needs no structuring to be made.

Laws: default section → TOML → section is the identity; calling the class with plain values equals structuring them.
"""

import json
import tomllib
from decimal import Decimal
from typing import Any

import attrs
import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from llmos_core.config.checking import Checker, fields_of
from llmos_core.config.schema import schema_of
from llmos_core.config.secret_ref import SecretRef
from llmos_core.config.tables import plain
from llmos_core.plugins.discovery import discover
from llmos_core.plugins.host import PluginHost
from llmos_core.plugins.registry import Registry
from llmos_std.config import DispatcherConfig, KernelConfig, MemoryConfig, ModelConfig, PluginsConfig
from llmos_std.presets import PRESETS
from llmos_std.wishes import KEYWORDS, SECTIONS

amounts = st.decimals(0, 1000, places=6)
fractions = st.floats(0, 1)
words = st.text(max_size=5)
kernels = st.builds(
    KernelConfig,
    budget_usd=amounts,
    day_budget_usd=st.none() | amounts,
    project_budget_usd=st.none() | amounts,
    low_battery_fraction=fractions,
    enable_scheduling=st.booleans(),
    enable_watchdog=st.booleans(),
    watchdog_timeout_s=st.floats(0.1, 1e9),
)
thresholds = st.lists(fractions, min_size=2, max_size=2).map(sorted)
memories = st.builds(
    lambda low_high, **rest: MemoryConfig(
        mixed_mode_threshold=low_high[0], follower_mode_threshold=low_high[1], **rest
    ),
    thresholds,
    backend=words,
    enable_llm_matching=st.booleans(),
    trace_confidence_threshold=fractions,
    strict=st.booleans(),
)
models = st.builds(
    ModelConfig,
    provider=words,
    model=words,
    max_turns=st.integers(1),
    timeout_s=st.floats(0.1, 1e9),
    stream=st.booleans(),
)
dispatchers = st.builds(
    DispatcherConfig, strategy=words, complexity_threshold=st.integers(0), auto_crystallization=st.booleans()
)
plugin_sections = st.builds(
    PluginsConfig, disabled=st.lists(words, max_size=2).map(tuple), prefer=st.dictionaries(words, words, max_size=2)
)


def all_sections() -> list[tuple[str, type[Any]]]:
    ours = [point for point in discover() if point.distribution == "llmos"]
    sections = Registry(PluginHost(ours)).sections()
    return [(name, sections[name]) for name in sections]


@pytest.mark.spec("CG-014")
@pytest.mark.parametrize(("name", "section_class"), all_sections())
def test_defaults_written_as_toml_are_read_as_the_defaults(name: str, section_class: type[Any]) -> None:
    section = section_class()
    values = tomllib.loads(tomli_w.dumps(plain(section)))
    assert section_class(**values) == section
    assert Checker().section(section_class, values) == section
    assert list(Checker().findings(section_class, values, (name,))) == []


@pytest.mark.parametrize(("name", "section_class"), all_sections())
def test_every_field_has_a_type_that_a_file_can_hold(name: str, section_class: type[Any]) -> None:
    allowed = (str, int, float, bool, Decimal, tuple[str, ...], dict[str, str], dict[str, Any])
    allowed += (dict[str, str | SecretRef], tuple[dict[str, Any], ...])
    for field in fields_of(section_class).values():
        options = [kind for kind in getattr(field.type, "__args__", ()) if kind is not type(None)]
        is_optional = len(options) == 1 and field.type == options[0] | None
        kind = options[0] if is_optional else field.type
        assert kind in allowed or attrs.has(kind), f"{name}.{field.name}"


@given(kernels | memories | models | dispatchers | plugin_sections)
def test_any_section_survives_toml_and_json(section: Any) -> None:
    values = tomllib.loads(tomli_w.dumps(plain(section)))
    kind = type(section)
    assert kind(**values) == Checker().section(kind, values) == kind(**json.loads(json.dumps(values))) == section


names = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=5)
refs = st.builds(SecretRef, env=names) | st.builds(SecretRef, file=names)
BY_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    str: names,
    bool: st.booleans(),
    Decimal: amounts,
    Decimal | None: st.none() | amounts,
    tuple[str, ...]: st.lists(names, max_size=2).map(tuple),
    dict[str, str]: st.dictionaries(names, names, max_size=2),
    SecretRef | None: st.none() | refs,
    dict[str, str | SecretRef]: st.dictionaries(names, refs, max_size=2),
}


def values_of(field: "attrs.Attribute[Any]") -> st.SearchStrategy[Any]:
    """Return values that a field says it takes; of a type of its own it gives the default."""
    said = field.metadata.get("schema", {})
    least = said.get("minimum", said.get("exclusiveMinimum"))
    if "enum" in said:
        return st.sampled_from(said["enum"])
    if field.type is int:
        return st.integers(least, 2**60)
    if field.type is float:
        is_open = "exclusiveMinimum" in said
        return st.floats(least, said.get("maximum"), allow_nan=False, allow_infinity=False, exclude_min=is_open)
    return BY_TYPE.get(field.type, st.nothing())


@pytest.mark.spec("CG-014")
@pytest.mark.parametrize(("name", "section_class"), all_sections())
@given(data=st.data())
def test_every_section_that_can_be_made_survives_toml_and_every_check(
    name: str, section_class: type[Any], data: st.DataObject
) -> None:
    optional = {key: values_of(field) for key, field in fields_of(section_class).items()}
    given_values = data.draw(st.fixed_dictionaries({}, optional={k: v for k, v in optional.items() if not v.is_empty}))
    try:
        section = section_class(**given_values)
    except ValueError:
        return  # two keys that do not go together, or texts of a form that only the section knows
    values = tomllib.loads(tomli_w.dumps(plain(section)))
    assert section_class(**values) == Checker().section(section_class, values) == section
    assert list(Checker().findings(section_class, values, (name,))) == []
    assert Draft202012Validator(schema_of({"x": section_class})).is_valid({"x": values})


@pytest.mark.parametrize(
    ("section_class", "values"),
    [
        (KernelConfig, {"budget_usd": -1}),
        (KernelConfig, {"budget_usd": float("nan")}),
        (KernelConfig, {"budget_usd": True}),
        (KernelConfig, {"budget_usd": None}),
        (KernelConfig, {"day_budget_usd": float("inf")}),
        (KernelConfig, {"low_battery_fraction": 1.1}),
        (KernelConfig, {"watchdog_timeout_s": 0}),
        (KernelConfig, {"watchdog_timeout_s": float("inf")}),
        (KernelConfig, {"enable_watchdog": 1}),
        (MemoryConfig, {"follower_mode_threshold": -0.1}),
        (MemoryConfig, {"mixed_mode_threshold": 0.93}),
        (MemoryConfig, {"strict": "yes"}),
        (ModelConfig, {"max_turns": 0}),
        (ModelConfig, {"max_turns": True}),
        (ModelConfig, {"max_turns": 2.5}),
        (ModelConfig, {"timeout_s": -5}),
        (ModelConfig, {"model": 4}),
        (DispatcherConfig, {"crystallization_min_success": 2}),
        (DispatcherConfig, {"complexity_threshold": -1}),
        (PluginsConfig, {"disabled": "std-cli"}),
        (PluginsConfig, {"prefer": {"tool.Read": 1}}),
    ],
)
def test_values_out_of_range_are_refused_without_any_structuring(
    section_class: type[Any], values: dict[str, Any]
) -> None:
    with pytest.raises((TypeError, ValueError)):
        section_class(**values)


def test_the_documented_defaults() -> None:
    assert (KernelConfig().budget_usd, KernelConfig().watchdog_timeout_s) == (Decimal("10.0"), 300.0)
    memory = MemoryConfig()
    found = (memory.trace_confidence_threshold, memory.mixed_mode_threshold, memory.follower_mode_threshold)
    assert found == (0.9, 0.75, 0.92)
    assert (ModelConfig().max_turns, ModelConfig().timeout_s) == (10, 300.0)
    assert (DispatcherConfig().complexity_threshold, DispatcherConfig().auto_crystallization) == (2, False)


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_are_right_and_refuse_no_goal(preset: str) -> None:
    for name, table in PRESETS[preset].items():
        assert list(Checker().findings(SECTIONS[name], table, (name,))) == []
        SECTIONS[name](**table)
    assert KernelConfig(**PRESETS[preset]["kernel"]).budget_usd > 0


def test_every_keyword_names_a_field() -> None:
    classes = dict(all_sections())
    for keyword, key in KEYWORDS.items():
        section, _, field = key.rpartition(".")
        assert field in attrs.fields_dict(classes[section]), keyword
    fields = {f"{name}.{field.name}" for name, cls in SECTIONS.items() for field in attrs.fields(cls)}
    assert fields <= set(KEYWORDS.values())
