"""Which models a request may go to, in order, and with what settings. Nothing here imports LiteLLM or opens a socket.

`api_base`, the key and `headers` of the section hold for models of the same vendor as its `model`; a model of
another vendor has its own table. So a local model's address is never taken for a cloud's.
"""

from collections.abc import Callable, Iterable, Mapping

from llmos_core.config.secret_reading import read_secret
from llmos_core.config.secret_ref import SecretRef
from llmos_core.errors import ConfigError
from llmos_core.types.record import Record, evolve, field
from llmos_std.providers.litellm.config import LitellmConfig
from llmos_std.providers.litellm.probing import Probe

OPENAI_DEFAULT = "openai/gpt-4o-mini"
ANTHROPIC_DEFAULT = "anthropic/claude-haiku-4-5"
OLLAMA = ("ollama_chat", "ollama")
NO_KEY = "no-key-needed"
"""Sent to an endpoint of the user's own when no key is known: local servers want something, but not a secret."""

KEYS = {
    "openai": ("OPENAI_API_KEY",),
    "anthropic": ("ANTHROPIC_API_KEY",),
    "gemini": ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    "mistral": ("MISTRAL_API_KEY",),
    "groq": ("GROQ_API_KEY",),
    "deepseek": ("DEEPSEEK_API_KEY",),
    "openrouter": ("OPENROUTER_API_KEY",),
    "xai": ("XAI_API_KEY",),
    "cohere": ("COHERE_API_KEY",),
    "cohere_chat": ("COHERE_API_KEY",),
    "together_ai": ("TOGETHERAI_API_KEY", "TOGETHER_API_KEY"),
    "fireworks_ai": ("FIREWORKS_API_KEY", "FIREWORKS_AI_API_KEY"),
    "perplexity": ("PERPLEXITYAI_API_KEY", "PERPLEXITY_API_KEY"),
    "cerebras": ("CEREBRAS_API_KEY",),
}
"""Vendor → environment variables that usually hold its key. Other vendors are left to LiteLLM."""

_FAMILIES = {"gpt-": "openai", "chatgpt-": "openai", "o1": "openai", "o3": "openai", "o4": "openai"}
_FAMILIES |= {"claude-": "anthropic", "gemini-": "gemini"}


class Endpoint(Record):
    """One model at one address. `problem` says why it cannot be asked, "" when it can; `key` is None when none is sent.

    `model` is the full name that LiteLLM wants; `key_env` the place that holds, or should hold, the key.
    """

    model: str
    vendor: str
    settings: LitellmConfig
    api_base: str = ""
    key: str | None = field(default=None, repr=False)
    key_env: str = ""
    headers: Mapping[str, str] = field(factory=dict, repr=False)
    problem: str = ""

    @property
    def is_local(self) -> bool:
        """True for Ollama, which costs nothing."""
        return self.vendor in OLLAMA

    @property
    def place(self) -> str:
        """Where it is, for people: the host of the address, or the vendor."""
        from urllib.parse import urlsplit

        address = urlsplit(self.api_base)
        return address.netloc.rpartition("@")[2] or self.vendor

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never appear in a message."""
        return tuple(text for text in (self.key, *self.headers.values()) if text and text != NO_KEY)


def endpoints(
    config: LitellmConfig, environ: Mapping[str, str], wanted: str, probe: Callable[[], Probe]
) -> tuple[Endpoint, ...]:
    """Return the endpoints to try in order: the one wanted, else configured, else found; then the fallbacks.

    `probe` is only called when nothing is wanted or configured.
    """
    first = (wanted,) if wanted else (config.model,) if config.model else _found(config, environ, probe)
    return tuple(_endpoint(config, environ, name) for name in dict.fromkeys([*first, *config.fallbacks]))


def _found(config: LitellmConfig, environ: Mapping[str, str], probe: Callable[[], Probe]) -> Iterable[str]:
    clouds = [
        *([OPENAI_DEFAULT] if environ.get("OPENAI_API_KEY") else ()),
        *([ANTHROPIC_DEFAULT] if environ.get("ANTHROPIC_API_KEY") else ()),
    ]
    if not config.local_first and clouds:
        return clouds
    return [*(f"ollama_chat/{name}" for name in probe().models[:1]), *clouds]


def nothing_found(config: LitellmConfig, probe: Probe) -> str:
    """Return the sentence for a user who has no model at all."""
    if probe.answers:
        ollama = f"Ollama answers at {config.ollama_base} but has no model (`ollama pull llama3.2`)"
    else:
        ollama = f"no Ollama answers at {config.ollama_base}"
    return (
        f"no model is configured and none was found: {ollama}, and neither OPENAI_API_KEY nor ANTHROPIC_API_KEY is set;"
        ' mend one of these, or write model = "vendor/name" under [provider.litellm] in the configuration'
    )


def _endpoint(config: LitellmConfig, environ: Mapping[str, str], name: str) -> Endpoint:
    full = config.aliases.get(name, name)
    home = _vendor(config.aliases.get(config.model, config.model)) or "openai"
    vendor = _vendor(full) or (home if config.api_base else "")
    model = full if full.startswith(f"{vendor}/") else f"{vendor}/{full}"
    settings = config if vendor == home else evolve(config, api_base="", api_key_env="", api_key=None, headers={})
    for table in (model, full, name):
        settings = settings.for_model(table)
    if not vendor:
        problem = f"whose model is '{full}'? write vendor/name, for example openai/{full} or ollama_chat/{full}"
        return Endpoint(model=full, vendor="", settings=settings, problem=problem)
    return _with_key(
        Endpoint(model=model, vendor=vendor, settings=settings, api_base=_base(settings, environ, vendor)), environ
    )


def _vendor(full: str) -> str:
    """Return the vendor that a model's name says or implies, "" when it does neither."""
    prefix, slash, _ = full.partition("/")
    if slash:
        return prefix
    return next((vendor for start, vendor in _FAMILIES.items() if full.startswith(start)), "")


def _base(settings: LitellmConfig, environ: Mapping[str, str], vendor: str) -> str:
    if settings.api_base or vendor not in (*OLLAMA, "openai"):
        return settings.api_base
    if vendor == "openai":
        return environ.get("OPENAI_BASE_URL") or environ.get("OPENAI_API_BASE") or ""
    return settings.ollama_base


def _with_key(endpoint: Endpoint, environ: Mapping[str, str]) -> Endpoint:
    """Return the endpoint with its key and headers read from where they are, or with the problem named."""
    settings = endpoint.settings
    try:
        endpoint = evolve(endpoint, headers={name: _read(value, environ) for name, value in settings.headers.items()})
        if settings.api_key is not None:
            return evolve(endpoint, key=read_secret(settings.api_key, environ), key_env=str(settings.api_key))
    except ConfigError as error:
        return evolve(endpoint, problem=f"no key for {endpoint.model}: {error}")
    usual = KEYS.get(endpoint.vendor, ())
    names = (settings.api_key_env,) if settings.api_key_env else usual
    found = next((name for name in names if environ.get(name)), "")
    key: str | None = environ.get(found)
    problem = ""
    if not found and names and not endpoint.api_base:
        problem = (
            f"no key for {endpoint.model}: set the environment variable {names[0]},"
            " or name another one with api_key_env under [provider.litellm]"
        )
    elif not found and settings.api_key_env:
        problem = f"no key for {endpoint.model}: api_key_env names {names[0]}, which is not set"
    elif not found and endpoint.api_base and not endpoint.is_local:
        key = NO_KEY
    return evolve(
        endpoint,
        key=key.strip() if key else None,
        key_env=found or (names[0] if names else ""),
        problem=problem,
    )


def _read(value: str | SecretRef, environ: Mapping[str, str]) -> str:
    if isinstance(value, SecretRef):
        return read_secret(value, environ)
    return environ.get(value.removeprefix("env:"), "") if value.startswith("env:") else value
