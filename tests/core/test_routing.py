"""Law: a purpose is taken where its own role says, else where reasoning is taken; no name is handed to a stranger.

`--model` and `--provider` move reasoning, and with it every purpose that has no role of its own, and nothing else.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.errors import ConfigError, UsageError
from llmos_core.runtime.routing import route
from llmos_core.types.model import ROLES, role_of
from llmos_std.config import ModelConfig

PROVIDERS = ("litellm", "builtin", "human", "command")
ALIASES = {"strong": "litellm:openai/big", "cheap": "openai/small", "mine": "command:llama"}
NAMES = ("", *ALIASES, "openai/other", "human:", "command:x", "ollama/llama3:8b")
roles = st.dictionaries(st.sampled_from(ROLES), st.sampled_from([name for name in NAMES if name]))
settings_of = st.builds(
    ModelConfig,
    provider=st.sampled_from(("auto", *PROVIDERS)),
    model=st.sampled_from(NAMES),
    aliases=st.just(ALIASES),
    roles=roles,
)
PURPOSES = st.sampled_from([*ROLES, "mixed", "surprise", "anything"])


def owner(name, settings):
    """Return the provider that a written name belongs to, by the rule of the documentation."""
    full = ALIASES.get(name, name)
    named = full.partition(":")[0]
    home = "litellm" if settings.provider == "auto" else settings.provider
    return named if named in PROVIDERS else home


@given(settings=settings_of, purpose=PURPOSES, model=st.sampled_from(NAMES), provider=st.sampled_from(("", *PROVIDERS)))
def test_a_role_of_its_own_is_moved_by_no_option(settings, purpose, model, provider):
    role = role_of(purpose)
    if role == "learn" or role not in settings.roles:
        return
    alone = route(purpose, settings, PROVIDERS)
    assert route(purpose, settings, PROVIDERS, model=model, provider=provider) == alone


@given(settings=settings_of, purpose=PURPOSES, model=st.sampled_from(NAMES))
def test_what_has_no_role_follows_reasoning(settings, purpose, model):
    if role_of(purpose) in settings.roles:
        return
    there, learn = (route(each, settings, PROVIDERS, model=model) for each in (purpose, "learn"))
    assert (there.provider, there.model) == (learn.provider, learn.model)


@given(settings=settings_of, purpose=PURPOSES, provider=st.sampled_from(("", "auto", *PROVIDERS)))
def test_no_configured_name_reaches_a_provider_that_it_does_not_belong_to(settings, purpose, provider):
    found = route(purpose, settings, PROVIDERS, provider=provider)
    if not found.model:
        return
    written = [name for name in (*settings.roles.values(), settings.model) if found.model in ALIASES.get(name, name)]
    asked = "litellm" if found.provider == "auto" else found.provider
    assert asked in {owner(name, settings) for name in written}


@given(settings=settings_of, purpose=PURPOSES, provider=st.sampled_from(PROVIDERS))
def test_the_provider_of_a_run_reasons_it(settings, purpose, provider):
    assert route("learn", settings, PROVIDERS, provider=provider).provider == provider


def test_without_any_setting_one_model_does_everything():
    settings = ModelConfig(model="openai/gpt-4o-mini")
    assert {(route(role, settings, PROVIDERS).provider, route(role, settings, PROVIDERS).model) for role in ROLES} == {
        ("auto", "openai/gpt-4o-mini")
    }


def test_the_model_of_a_run_replaces_the_role_of_learning_only():
    settings = ModelConfig(aliases=ALIASES, roles={"learn": "strong", "match": "cheap"})
    assert route("learn", settings, PROVIDERS, model="mine").model == "llama"
    assert route("match", settings, PROVIDERS, model="mine").model == "openai/small"


def test_a_request_may_name_its_own_model():
    settings = ModelConfig(aliases=ALIASES, roles={"learn": "strong"})
    found = route("learn", settings, PROVIDERS, model="cheap", wanted="mine")
    assert (found.provider, found.model) == ("command", "llama")


def test_a_colon_inside_a_name_is_no_provider():
    assert route("learn", ModelConfig(model="ollama_chat/llama3:8b"), PROVIDERS).model == "ollama_chat/llama3:8b"
    assert route("learn", ModelConfig(model="llama3:8b"), PROVIDERS).model == "llama3:8b"


def test_a_misspelt_provider_is_a_problem_with_a_suggestion():
    with pytest.raises(ConfigError) as raised:
        route("learn", ModelConfig(model="litelm:openai/gpt-4o"), PROVIDERS)
    assert "did you mean 'litellm'" in raised.value.problems[0]


def test_a_model_and_a_provider_that_contradict_each_other_are_wrong_usage():
    with pytest.raises(UsageError):
        route("learn", ModelConfig(), PROVIDERS, model="command:x", provider="human")


@pytest.mark.parametrize(
    ("aliases", "roles", "said"),
    [
        ({"cheap": "openai/x"}, {"match": "chaep"}, "did you mean 'cheap'"),
        ({}, {"match": "cheap"}, "there are none under [model.aliases]"),
        ({"a": "openai/x"}, {"lern": "a"}, "did you mean 'learn'"),
        ({"a": "b", "b": "openai/x"}, {}, "an alias itself"),
        ({"a": ""}, {}, "is empty"),
        ({"a/b": "openai/x"}, {}, "no alias"),
    ],
)
def test_wrong_aliases_and_roles_are_named(aliases, roles, said):
    with pytest.raises(ValueError, match=r"alias|role") as raised:
        ModelConfig(aliases=aliases, roles=roles)
    assert said in str(raised.value)


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(ValueError, match="alias") as raised:
        ModelConfig(aliases={"a": ""}, roles={"lern": "x", "match": "y"})
    assert all(word in str(raised.value) for word in ("aliases.a", "'lern'", "'x'", "'y'"))
