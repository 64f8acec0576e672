"""LLMOSConfig says in keywords what a file says in tables, refuses what a file would be refused for, and does no I/O.

Laws: to_dict → from_dict is the identity; what it says reaches the kernel's configuration unchanged.
"""

import builtins
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.config.loading import load_config
from llmos_core.config.paths import find_paths
from llmos_core.config.secret_ref import SecretRef
from llmos_core.config.sources import read_sources
from llmos_core.errors import ConfigError
from llmos_core.plugins.discovery import discover
from llmos_core.plugins.host import PluginHost
from llmos_core.plugins.loading import load_object
from llmos_core.plugins.registry import Registry
from llmos_std.presets import PRESETS
from llmos_std.settings import ConfigBuilder, LLMOSConfig
from llmos_std.wishes import ELSEWHERE, KEYWORDS, SECTIONS

amounts = st.integers(0, 100) | st.floats(0, 100) | st.decimals(0, 100, places=2) | st.decimals(0, 9, places=3).map(str)
keywords = st.fixed_dictionaries(
    {},
    optional={
        "budget_usd": amounts,
        "day_budget_usd": st.none() | amounts,
        "sentience_enabled": st.booleans(),
        "auto_crystallization": st.booleans(),
        "enable_llm_matching": st.booleans(),
        "follower_mode_threshold": st.floats(0.8, 1) | st.just(1),
        "model": st.text(max_size=4),
        "provider": st.sampled_from(["auto", "builtin"]),
        "strategy": st.just("cost-optimized"),
        "max_turns": st.integers(1, 99),
        "timeout_s": st.integers(1, 9) | st.floats(0.5, 9),
        "permission_mode": st.just("plan"),
        "disabled_plugins": st.lists(st.text(max_size=3), max_size=2).map(tuple),
        "prefer_plugins": st.dictionaries(st.just("tool.Read"), st.text(max_size=3)),
        "workspace": st.sampled_from(["/w", Path("/w")]),
        "preset": st.sampled_from(["", *PRESETS]),
        "settings": st.dictionaries(st.just("provider.litellm.model"), st.text(max_size=4)),
    },
)
variables = st.none() | st.dictionaries(
    st.sampled_from(["LLMOS_KERNEL__BUDGET_USD", "LLMOS_HOME", "LLMOS_OTHER__KEY", "LLMOS_MODEL__MAX_TURNS"]),
    st.just("7"),
)


@given(keywords, variables)
def test_as_a_dictionary_and_back_it_is_the_same(
    given_keywords: dict[str, Any], environ: dict[str, str] | None
) -> None:
    config = LLMOSConfig(**given_keywords, environment=environ)
    assert LLMOSConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


@given(keywords)
def test_the_kernel_sees_what_was_said(given_keywords: dict[str, Any]) -> None:
    given_keywords.pop("settings", None)
    given_keywords.pop("permission_mode", None)
    config = LLMOSConfig(**given_keywords)
    sources = read_sources(
        find_paths(config.workspace, {"LLMOS_HOME": "/nowhere/at/all"}),
        config.environ({}),
        preset=config.preset,
        presets=PRESETS,
        explicit=config.explicit,
    )
    loaded = load_config(sources, SECTIONS)
    for name in ("kernel", "memory", "model", "dispatcher"):
        assert loaded.section(name) == getattr(config, name)
    assert loaded.section("sentience").enabled == given_keywords.get("sentience_enabled", False)


def test_the_documented_ways_to_make_one() -> None:
    config = LLMOSConfig(budget_usd=50.0, sentience_enabled=True, auto_crystallization=True)
    assert (config.kernel.budget_usd, config.dispatcher.auto_crystallization) == (Decimal("50.0"), True)
    assert config.section("sentience").enabled
    assert LLMOSConfig.development().kernel.budget_usd < LLMOSConfig().kernel.budget_usd
    assert LLMOSConfig.production().dispatcher.auto_crystallization
    assert LLMOSConfig.testing().model.provider == "builtin"
    assert LLMOSConfig.testing(budget_usd=3).kernel.budget_usd == 3


def test_the_builder_says_the_same_as_keywords() -> None:
    built = (
        ConfigBuilder()
        .with_preset("development")
        .with_workspace(Path("/custom"))
        .with_budget(5.0)
        .with_day_budget(2)
        .with_llm_matching(True)
        .with_model("openai/gpt-4o")
        .with_provider("litellm")
        .with_strategy("cost-optimized")
        .with_max_turns(4)
        .with_timeout(9)
        .with_permission_mode("plan")
        .with_auto_crystallization(True)
        .with_sentience(True)
        .with_setting("provider.litellm.api_base", "http://127.0.0.1:1")
        .build()
    )
    assert built == LLMOSConfig(
        preset="development",
        workspace="/custom",
        budget_usd=5.0,
        day_budget_usd=2,
        enable_llm_matching=True,
        model="openai/gpt-4o",
        provider="litellm",
        strategy="cost-optimized",
        max_turns=4,
        timeout_s=9,
        permission_mode="plan",
        auto_crystallization=True,
        sentience_enabled=True,
        settings={"provider.litellm.api_base": "http://127.0.0.1:1"},
    )
    assert built.model.model == "openai/gpt-4o"


def test_a_builder_is_checked_when_it_builds() -> None:
    builder = ConfigBuilder().with_budget(-5.0).with_max_turns(0)
    with pytest.raises(ConfigError) as caught:
        builder.build()
    assert len(caught.value.problems) == 2
    assert builder.with_budget(5).with_max_turns(1).build().kernel.budget_usd == 5


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"budget": 5}, "unknown keyword 'budget'; did you mean 'budget_usd'?"),
        ({"budget_usd": -1}, "kernel.budget_usd: -1 is not a finite amount"),
        ({"budget_usd": float("nan")}, "kernel.budget_usd: NaN is not a finite amount"),
        ({"budget_usd": None}, "kernel.budget_usd: found no value, expected an amount"),
        ({"budget_usd": True}, "kernel.budget_usd: found true, expected an amount"),
        ({"max_turns": "10"}, 'model.max_turns: found "10", expected a whole number'),
        ({"stream": 1}, "model.stream: found 1, expected true or false"),
        ({"mixed_mode_threshold": 0.95}, "'mixed_mode_threshold' (0.95) is above"),
        ({"preset": "prod"}, "no preset named 'prod'"),
        ({"settings": {"budget_usd": 1}}, "'budget_usd' names no section; expected 'section.key'"),
        ({"settings": {"kernel.budgt": 1}}, "kernel.budgt: unknown key; did you mean 'budget_usd'?"),
        ({"environment": {"LLMOS_MODEL__MAX_TURNS": "x"}}, "LLMOS_MODEL__MAX_TURNS: model.max_turns: found"),
    ],
)
def test_what_is_wrong_is_refused_with_its_key(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        LLMOSConfig(**wrong)
    assert len(caught.value.problems) == 1
    assert said in caught.value.problems[0]


def test_all_problems_come_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        LLMOSConfig(preset="x", budgt=1, budget_usd=-1, max_turns=0, strict="no")
    assert len(caught.value.problems) == 5


def test_a_dictionary_may_look_like_a_file() -> None:
    config = LLMOSConfig.from_dict({"kernel": {"budget_usd": 2}, "provider": {"litellm": {"model": "m"}}})
    assert config.kernel.budget_usd == 2
    assert config.explicit["provider.litellm"] == {"model": "m"}
    with pytest.raises(ConfigError) as caught:
        LLMOSConfig.from_dict({"workspac": "/x"})
    assert "did you mean 'workspace'?" in str(caught.value)


def test_the_environment_is_captured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMOS_KERNEL__BUDGET_USD", "5")
    monkeypatch.setenv("LLMOS_WORKSPACE", "/captured")
    monkeypatch.setenv("LLMOS_PRESET", "testing")
    config = LLMOSConfig.from_env()
    monkeypatch.setenv("LLMOS_KERNEL__BUDGET_USD", "6")
    assert config.kernel.budget_usd == 5
    assert (config.workspace, config.preset, config.model.provider) == (Path("/captured"), "testing", "builtin")
    assert config.environ({"LLMOS_HOME": "/x", "PATH": "p"})["PATH"] == "p"
    assert "LLMOS_HOME" not in config.environ({"LLMOS_HOME": "/x"})
    assert LLMOSConfig.from_env({}, budget_usd=1).kernel.budget_usd == 1
    assert LLMOSConfig().environ({"A": "b"}) == {"A": "b"}


def test_captured_variables_are_not_shown() -> None:
    assert "sk-1" not in repr(LLMOSConfig.from_env({"LLMOS_PROVIDER__X__KEY": "sk-1"}))


def test_making_one_opens_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    LLMOSConfig(budget_usd=1)

    def refuse(*_args: object, **_more: object) -> None:
        raise AssertionError("a file was opened")

    monkeypatch.setattr(builtins, "open", refuse)
    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(Path, "stat", refuse)
    LLMOSConfig.production(workspace="/nowhere", budget_usd=5.0)


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=4)
    | st.binary(max_size=3)
    | st.just(object),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=2),
    max_leaves=5,
)
words = st.sampled_from([*KEYWORDS, "preset", "workspace", "settings", "environment", "budgt_usd"])
keys = st.sampled_from(
    [*KEYWORDS.values(), "provider.litellm.api_key", "web.timeout_s", "x.y", "kernel", "", ".", "a..b"]
)


def problems_of(make: Callable[[], Any]) -> tuple[str, ...]:
    """Return the problems of making something, none when it was made; any other error is a failure."""
    try:
        make()
    except ConfigError as error:
        return error.problems or ("an error without a problem",)
    return ()


@given(st.dictionaries(words, junk, max_size=4), st.dictionaries(keys, junk, max_size=3))
def test_whatever_is_said_it_is_right_or_told_in_sentences(said: dict[str, Any], settings: dict[str, Any]) -> None:
    problems = problems_of(lambda: LLMOSConfig(**{"settings": settings, **said}))
    assert len(set(problems)) == len(problems)
    if not problems:
        made = LLMOSConfig(**{"settings": settings, **said})
        assert LLMOSConfig.from_dict(made.to_dict()) == made or "nan" in repr(made)


@given(junk)
def test_any_dictionary_is_a_configuration_or_told_in_sentences(tables: Any) -> None:
    assert "an error without a problem" not in problems_of(lambda: LLMOSConfig.from_dict(tables))


@given(st.dictionaries(keys, junk, max_size=3), junk, junk)
def test_a_builder_builds_or_tells(settings: dict[str, Any], budget: Any, mode: Any) -> None:
    builder = ConfigBuilder().with_budget(budget).with_permission_mode(mode)
    for key, value in settings.items():
        builder.with_setting(key, value)
    assert "an error without a problem" not in problems_of(builder.build)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"permission_mode": "never"}, "expected one of ask, accept-edits, plan, yolo"),
        ({"settings": {"provider.litellm.retries": -1}}, "provider.litellm.retries: retries is -1"),
        (
            {"settings": {"provider.litellm.api_key": "sk-1"}},
            "provider.litellm.api_key: a secret is never written down",
        ),
        ({"settings": {"web.timout_s": 1}}, "web.timout_s: unknown key; did you mean 'timeout_s'?"),
        ({"settings": {"kernel.budget_usd": object()}}, "kernel.budget_usd: found an object of type object"),
        ({"settings": {5: 1}}, "'5' names no section"),
        ({"settings": ["a"]}, "settings: found list"),
        ({"workspace": 5}, "workspace: found int, expected the path of a folder"),
        ({"preset": ["testing"]}, "preset: found list, expected a name"),
        ({"environment": {"LLMOS_X": 5}}, "environment: found int in it"),
        ({"environment": {"LLMOS_BUDGET_USD": "5"}}, "did you mean 'LLMOS_KERNEL__BUDGET_USD'?"),
        ({"environment": {"LLMOS_PERMISSIONS__MODE": "no"}}, "LLMOS_PERMISSIONS__MODE: permissions.mode"),
    ],
)
def test_a_builder_and_keywords_are_checked_for_every_family(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        LLMOSConfig(**wrong)
    assert [problem for problem in caught.value.problems if said in problem], caught.value.problems
    assert len(caught.value.problems) == 1
    assert "sk-1" not in str(caught.value)


def test_the_place_of_a_secret_may_be_given_and_comes_back() -> None:
    for place in (SecretRef(env="MINE"), {"env": "MINE"}):
        config = LLMOSConfig(settings={"provider.litellm.api_key": place})
        assert config.to_dict()["provider.litellm"] == {"api_key": {"env": "MINE"}}
        assert LLMOSConfig.from_dict(config.to_dict()) == config


def test_the_sections_that_are_checked_here_are_all_of_ours() -> None:
    ours = Registry(PluginHost([point for point in discover() if point.distribution == "llmos"])).sections()
    assert {*SECTIONS, *ELSEWHERE} == set(ours), "add the new section to ELSEWHERE in llmos_std/wishes.py"
    assert all(load_object(path) is ours[name] for name, path in ELSEWHERE.items())
