"""Law: what cannot be asked says exactly what is missing; what can be is asked at its own place with its own key."""

from decimal import Decimal

import pytest

from llmos_core.errors import NoModelError
from llmos_std.providers.litellm.config import LitellmConfig
from llmos_std.providers.litellm.endpoints import ANTHROPIC_DEFAULT, NO_KEY, OPENAI_DEFAULT, endpoints
from llmos_std.providers.litellm.probing import REMEMBERED_S, Probe
from llmos_std.providers.litellm.provider import open_litellm
from servers.asking import HandClock, ask, context_of, question
from servers.ollama_server import OllamaServer

NOTHING_THERE = "http://127.0.0.1:1"
KEY = {"OPENAI_API_KEY": "sk-test-key"}


def provider_of(folder, *, environ=None, clock=None, **settings):
    config = LitellmConfig(**{"ollama_base": NOTHING_THERE, **settings})
    return open_litellm(context_of(config, folder, environ=environ, clock=clock))


def found(settings, *, environ=None, wanted="", local=()):
    config = LitellmConfig(**settings)
    return endpoints(config, {} if environ is None else environ, wanted, lambda: Probe(models=tuple(local)))


def test_without_anything_the_sentence_names_every_way_out(tmp_path):
    problem = provider_of(tmp_path).ready()
    for way in ("Ollama", NOTHING_THERE, "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "provider.litellm"):
        assert way in problem
    assert provider_of(tmp_path).chosen() == ""


def test_without_anything_no_model_is_asked(tmp_path):
    with pytest.raises(NoModelError):
        ask(provider_of(tmp_path))
    assert provider_of(tmp_path).quote(question()).cost_usd == 0


def test_a_missing_key_is_named(tmp_path):
    problem = provider_of(tmp_path, model="anthropic/claude-haiku-4-5", environ=KEY).ready()
    assert "ANTHROPIC_API_KEY" in problem
    assert "api_key_env" in problem


def test_a_named_variable_that_is_not_set_is_named(tmp_path):
    assert "MY_KEY" in provider_of(tmp_path, model="openai/x", api_key_env="MY_KEY", environ=KEY).ready()


def test_a_model_of_nobody_says_how_to_write_it(tmp_path):
    assert "openai/mystery" in provider_of(tmp_path, model="mystery").ready()


def test_a_model_that_is_named_needs_its_own_key_and_no_other(tmp_path):
    provider = provider_of(tmp_path, environ={"MISTRAL_API_KEY": "none"})
    assert provider.ready().startswith("no model is configured")
    assert provider.ready_for("mistral/mistral-small-latest") == ""
    assert "ANTHROPIC_API_KEY" in provider.ready_for("anthropic/claude-haiku-4-5")


def test_an_endpoint_of_ones_own_needs_no_key(tmp_path):
    assert provider_of(tmp_path, model="openai/local", api_base="http://127.0.0.1:8000/v1").ready() == ""
    (endpoint,) = found({"model": "openai/local", "api_base": "http://127.0.0.1:8000/v1"})
    assert endpoint.key == NO_KEY


def test_a_fallback_with_a_key_makes_it_ready(tmp_path):
    settings = {"model": "anthropic/claude-haiku-4-5", "fallbacks": ["openai/gpt-4o-mini"]}
    provider = provider_of(tmp_path, environ=KEY, **settings)
    assert (provider.ready(), provider.chosen()) == ("", "openai/gpt-4o-mini")


def test_local_comes_first_and_clouds_get_their_own_models():
    environ = {**KEY, "ANTHROPIC_API_KEY": "sk-ant"}
    chain = found({}, environ=environ, local=("llama3.2:latest", "other"))
    assert [e.model for e in chain] == ["ollama_chat/llama3.2:latest", OPENAI_DEFAULT, ANTHROPIC_DEFAULT]
    assert [e.key for e in chain] == [None, "sk-test-key", "sk-ant"]
    assert [bool(e.api_base) for e in chain] == [True, False, False]


def test_clouds_come_first_when_asked_for():
    assert [e.model for e in found({"local_first": False}, environ=KEY, local=("llama3",))] == [OPENAI_DEFAULT]
    assert [e.model for e in found({"local_first": False}, local=("llama3",))] == ["ollama_chat/llama3"]


def test_a_configured_model_is_not_looked_for():
    def probe():
        raise AssertionError("looked for Ollama")

    config = LitellmConfig(model="openai/x")
    assert [e.model for e in endpoints(config, KEY, "", probe)] == ["openai/x"]


def test_the_address_and_key_of_one_vendor_never_go_to_another():
    settings = {
        "model": "openai/local",
        "api_base": "http://127.0.0.1:8000/v1",
        "api_key_env": "MY_KEY",
        "headers": {"X-Team": "blue"},
        "fallbacks": ["anthropic/claude-haiku-4-5", "openai/second"],
    }
    first, cloud, second = found(settings, environ={"MY_KEY": "mine", "ANTHROPIC_API_KEY": "theirs"})
    assert (first.key, second.key, cloud.key) == ("mine", "mine", "theirs")
    assert (first.api_base, second.api_base, cloud.api_base) == (settings["api_base"], settings["api_base"], "")
    assert (first.headers, dict(cloud.headers)) == ({"X-Team": "blue"}, {})


def test_aliases_and_bare_names_are_made_full():
    aliases = {"fast": "openai/gpt-4o-mini", "big": "claude-opus-4-1"}
    names = {wanted: found({"aliases": aliases}, wanted=wanted)[0].model for wanted in ("fast", "big", "gpt-4o", "o3")}
    assert names == {
        "fast": "openai/gpt-4o-mini",
        "big": "anthropic/claude-opus-4-1",
        "gpt-4o": "openai/gpt-4o",
        "o3": "openai/o3",
    }


def test_a_table_of_one_model_lies_over_the_section():
    tables = {
        "ollama_chat/llama3": {"temperature": 0, "timeout_s": 300, "api_base": "http://127.0.0.1:9999"},
        "fast": {"max_tokens": 7, "input_usd_per_mtok": "0.5", "output_usd_per_mtok": 1},
    }
    settings = {"aliases": {"fast": "openai/x"}, "temperature": 0.3, "models": tables}
    (local,) = found(settings, wanted="ollama_chat/llama3")
    (fast,) = found(settings, wanted="fast")
    assert (local.settings.temperature, local.settings.timeout_s, local.api_base) == (0, 300, "http://127.0.0.1:9999")
    assert (fast.settings.temperature, fast.settings.max_tokens) == (0.3, 7)
    assert (fast.settings.input_usd_per_mtok, fast.settings.output_usd_per_mtok) == (Decimal("0.5"), Decimal(1))


def test_a_header_can_come_from_the_environment():
    settings = {"model": "openai/x", "headers": {"X-Token": "env:TOKEN", "X-Team": "blue"}}
    (endpoint,) = found(settings, environ={**KEY, "TOKEN": "secret-value"})
    assert dict(endpoint.headers) == {"X-Token": "secret-value", "X-Team": "blue"}
    assert "secret-value" not in repr(endpoint)
    assert "sk-test-key" not in repr(endpoint)


@pytest.mark.parametrize(
    "settings",
    [
        {"api_key": "sk-literal"},
        {"models": {"openai/x": {"api_key": "sk-literal"}}},
        {"headers": {"X-Api-Key": "sk-literal"}},
        {"headers": {"Authorization": "Bearer sk-literal"}},
    ],
)
def test_a_key_in_the_file_is_refused_kindly_and_not_repeated(settings):
    with pytest.raises(ValueError, match='env = "NAME"') as caught:
        LitellmConfig(**settings)
    assert "sk-literal" not in str(caught.value)


def test_a_key_can_be_in_a_variable_a_private_file_or_the_section_of_one_model(tmp_path):
    (tmp_path / "key").write_text("from-file\n")
    (tmp_path / "key").chmod(0o600)
    for place, key in (({"env": "MINE"}, "from-variable"), ({"file": str(tmp_path / "key")}, "from-file")):
        for settings in (
            {"model": "openai/x", "api_key": place},
            {"model": "openai/x", "api_key_env": "OTHER", "models": {"openai/x": {"api_key": place}}},
        ):
            (endpoint,) = found(settings, environ={**KEY, "MINE": "from-variable"})
            assert (endpoint.key, endpoint.problem) == (key, "")
            assert key not in repr(endpoint)
            assert key not in str(endpoint.settings)
            assert key in endpoint.secrets


def test_a_variable_named_for_one_model_wins_over_the_key_of_all():
    settings = {"model": "openai/x", "api_key": {"env": "ALL"}, "models": {"openai/x": {"api_key_env": "ONE"}}}
    (endpoint,) = found(settings, environ={"ALL": "a", "ONE": "b"})
    assert endpoint.key == "b"


def test_a_key_that_is_not_where_it_should_be_is_a_problem_with_a_next_step(tmp_path):
    (endpoint,) = found({"model": "openai/x", "api_key": {"env": "MINE"}}, environ=KEY)
    assert "MINE is not set" in endpoint.problem
    (endpoint,) = found({"model": "openai/x", "headers": {"X": {"file": str(tmp_path / "none")}}}, environ=KEY)
    assert "chmod 600" in endpoint.problem


def test_two_places_for_one_key_are_refused():
    with pytest.raises(ValueError, match="keep one of them"):
        LitellmConfig(api_key={"env": "A"}, api_key_env="B")


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"temperature": -1}, "temperature"),
        ({"temperature": "warm"}, "temperature"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"max_tokens": 2.5}, "max_tokens"),
        ({"rpm": -1}, "rpm"),
        ({"rpm": True}, "rpm"),
        ({"timeout_s": 0}, "timeout_s"),
        ({"timeout_s": float("inf")}, "timeout_s"),
        ({"json_mode": "no"}, "json_mode"),
        ({"fallbacks": "openai/x"}, "fallbacks"),
        ({"aliases": {"fast": 1}}, "str"),
        ({"input_usd_per_mtok": -1}, "US dollars"),
        ({"models": ["openai/x"]}, "models"),
        ({"models": {"openai/x": 1}}, 'models."openai/x"'),
        ({"models": {"openai/x": {"temprature": 1}}}, "temprature"),
        ({"models": {"openai/x": {"fallbacks": []}}}, "fallbacks"),
        ({"models": {"openai/x": {"rpm": -1}}}, 'models."openai/x"'),
    ],
)
def test_what_is_wrong_is_named(settings, named):
    with pytest.raises((ValueError, TypeError), match=named.replace(".", r"\.")):
        LitellmConfig(**settings)


def test_plain_toml_values_are_enough():
    config = LitellmConfig(temperature=1, fallbacks=["a/b"], output_usd_per_mtok=0.25)
    assert (config.temperature, config.fallbacks, config.output_usd_per_mtok) == (1.0, ("a/b",), Decimal("0.25"))


def test_ollama_is_found_remembered_and_looked_for_again(tmp_path):
    clock = HandClock()
    with OllamaServer(models=("nomic-embed-text", "llama3.2:latest")) as server:
        settings = {"clock": clock, "ollama_base": server.origin}
        assert provider_of(tmp_path, **settings).chosen() == "ollama_chat/llama3.2:latest"
        assert provider_of(tmp_path, **settings).ready() == ""
        assert server.probes == 1
        clock.pass_s(REMEMBERED_S)
        assert provider_of(tmp_path, **settings).ready() == ""
        assert server.probes == 2


def test_an_ollama_without_models_says_how_to_get_one(tmp_path):
    with OllamaServer(models=()) as server:
        assert "ollama pull" in provider_of(tmp_path, ollama_base=server.origin).ready()


def test_a_cache_that_cannot_be_used_is_no_problem(tmp_path):
    (tmp_path / "cache").write_text("a file where a folder belongs")
    with OllamaServer() as server:
        assert provider_of(tmp_path, ollama_base=server.origin).ready() == ""


@pytest.mark.parametrize(
    "base", ["", "nonsense", "http://", "http://[bad", "ftp://127.0.0.1", "http://127.0.0.1:99999"]
)
def test_an_address_that_is_none_finds_nothing(tmp_path, base):
    assert "no Ollama answers" in provider_of(tmp_path, ollama_base=base).ready()


def test_repeated_asking_of_readiness_is_one_sentence(tmp_path):
    assert "\n" not in provider_of(tmp_path).ready()
