"""Section `provider.litellm`: which model, where, how long, how often. A key is never written here, only its place.

`for_model` lays the table of one model over the section, so the rest of the family reads one flat record.
"""

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeVar

import attrs

from llmos_core.config.fields import secret
from llmos_core.config.secret_ref import HOW, SecretRef, secret_ref
from llmos_core.config.secret_shapes import is_secret_name
from llmos_core.types.money import optional_usd
from llmos_core.types.record import Record, evolve, field

T = TypeVar("T")

PER_MODEL = (
    "api_base",
    "api_key_env",
    "api_key",
    "headers",
    "temperature",
    "max_tokens",
    "json_mode",
    "rpm",
    "tpm",
    "retries",
    "retry_delay_s",
    "timeout_s",
    "stream",
    "system_prompt",
    "system_prompt_append",
    "input_usd_per_mtok",
    "output_usd_per_mtok",
)
"""What a `[provider.litellm.models."vendor/name"]` table may set."""

_is_text = attrs.validators.instance_of(str)
_is_bool = attrs.validators.instance_of(bool)
_are_texts = attrs.validators.deep_iterable(_is_text, attrs.validators.instance_of(tuple))
_maps_texts = attrs.validators.deep_mapping(_is_text, _is_text, attrs.validators.instance_of(dict))


def _help(text: str, unit: str = "", **more: Any) -> dict[str, Any]:
    return {"help": text, "unit": unit, **more}


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list | tuple) else value


def _as_number(value: object) -> object:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _at_least(minimum: float, kind: type[float], *, is_open: bool = False) -> Any:
    """Return a validator for finite numbers of `kind` that are ≥ minimum (> when `is_open`); a boolean is no number."""

    def check(_record: object, attribute: "attrs.Attribute[Any]", value: Any) -> None:
        is_number = isinstance(value, kind) and not isinstance(value, bool) and math.isfinite(value)
        if not is_number or value < minimum or (is_open and value == minimum):
            wanted = f"{'above' if is_open else 'of at least'} {minimum:g}"
            raise ValueError(f"{attribute.name} is {value!r}, expected a number {wanted}")

    return check


def _as_header(value: object) -> object:
    return secret_ref(value) if isinstance(value, Mapping) else value


def _as_headers(value: object) -> object:
    return {name: _as_header(one) for name, one in value.items()} if isinstance(value, Mapping) else value


def _are_headers(_record: object, _attribute: object, value: Any) -> None:
    if not isinstance(value, dict) or not all(isinstance(one, str | SecretRef) for one in (*value, *value.values())):
        raise ValueError("headers is no table of texts and places of secrets")
    plain = [name for name, one in value.items() if isinstance(one, str) and not one.startswith("env:")]
    if secrets := [name for name in plain if is_secret_name(name)]:
        raise ValueError(f"headers {', '.join(secrets)}: a secret is never written down here, only where it is; {HOW}")


def _number(default: float, text: str, unit: str = "", *, minimum: float = 0.0, is_open: bool = False) -> Any:
    check = _at_least(minimum, float, is_open=is_open)
    schema = {"exclusiveMinimum" if is_open else "minimum": minimum}
    return field(default=default, converter=_as_number, validator=check, metadata=_help(text, unit, schema=schema))


def _count(default: int, text: str, unit: str = "", *, minimum: int = 0) -> Any:
    return field(
        default=default, validator=_at_least(minimum, int), metadata=_help(text, unit, schema={"minimum": minimum})
    )


def _text(text: str) -> Any:
    return field(default="", validator=_is_text, metadata=_help(text))


def _each_table_is_a_valid_section(section: "LitellmConfig", _attribute: object, value: object) -> None:
    if not isinstance(value, dict):
        raise ValueError(f"models is {type(value).__name__}, expected one table for each model")
    for name, table in value.items():
        section.check_table(name, table)


class LitellmConfig(Record):
    """How models are reached. Constructible from plain TOML values; every problem is a ValueError or TypeError."""

    model: str = _text('the model, for example "openai/gpt-4o-mini"; empty: the first that is found')
    api_base: str = _text("address of the endpoint, for models of the same vendor as `model`")
    api_key_env: str = _text("environment variable that holds the key (default: the vendor's usual one)")
    api_key: SecretRef | None = secret(help="where the key is: an environment variable, a keyring entry or a file")
    fallbacks: tuple[str, ...] = field(
        default=(),
        converter=_as_tuple,
        validator=_are_texts,
        metadata=_help("models to try when a call fails, in order"),
    )
    aliases: dict[str, str] = field(
        factory=dict, validator=_maps_texts, metadata=_help('short names, for example {fast = "openai/gpt-4o-mini"}')
    )
    temperature: float = _number(0.7, "how freely the model chooses its words, 0 to 2")
    max_tokens: int = _count(4096, "longest answer", "tokens", minimum=1)
    json_mode: bool = field(default=False, validator=_is_bool, metadata=_help("ask for answers in JSON"))
    rpm: int = _count(60, "requests per minute, per model; 0 for no limit", "requests/min")
    tpm: int = _count(100_000, "tokens per minute, per model; 0 for no limit", "tokens/min")
    retries: int = _count(3, "how often a failed request is sent again")
    retry_delay_s: float = _number(1.0, "wait before the first retry; doubles each time", "s")
    timeout_s: float = _number(
        120.0, "longest wait for an answer, or for the next piece of a streamed one", "s", is_open=True
    )
    stream: bool = field(default=True, validator=_is_bool, metadata=_help("show text as it arrives"))
    ollama_base: str = field(
        default="http://127.0.0.1:11434", validator=_is_text, metadata=_help("where Ollama is looked for")
    )
    local_first: bool = field(
        default=True, validator=_is_bool, metadata=_help("without `model`: a local Ollama before any cloud")
    )
    system_prompt: str = _text("replaces llmos's own system prompt")
    system_prompt_append: str = _text("is added to the system prompt")
    input_usd_per_mtok: Decimal | None = field(
        default=None, converter=optional_usd, metadata=_help("price of what is sent, where none is known", "USD/Mtok")
    )
    output_usd_per_mtok: Decimal | None = field(
        default=None, converter=optional_usd, metadata=_help("price of the answer, where none is known", "USD/Mtok")
    )
    headers: dict[str, str | SecretRef] = field(
        factory=dict,
        converter=_as_headers,
        validator=_are_headers,
        metadata=_help('more HTTP headers; a secret one says where it is, as `api_key`, or "env:NAME"'),
    )
    models: dict[str, Any] = field(
        factory=dict,
        validator=_each_table_is_a_valid_section,
        metadata=_help(
            "tables of settings for single models, laid over this section", tables_of=lambda: (LitellmConfig, PER_MODEL)
        ),
    )

    def __attrs_post_init__(self) -> None:
        """Refuse two places for one key."""
        if self.api_key is not None and self.api_key_env:
            raise ValueError("'api_key' and 'api_key_env' both say where the key is; keep one of them")

    def check_table(self, name: str, table: object) -> None:
        """Raise ValueError or TypeError for a table that is no section of its own."""
        where = f'models."{name}"'
        if not isinstance(table, Mapping):
            raise ValueError(f"{where} is {type(table).__name__}, expected a table")
        if unknown := sorted(set(table) - set(PER_MODEL)):
            raise ValueError(f"{where} has no setting {', '.join(unknown)}; it may have {', '.join(PER_MODEL)}")
        try:
            LitellmConfig(**table)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{where}: {error.args[0] if error.args else error}") from None

    def for_model(self, name: str) -> "LitellmConfig":
        """Return these settings with the table of the model `name` (alias or full) laid over them."""
        table = dict(self.models.get(name, {}))
        if "api_key" in table:
            table["api_key_env"] = ""
        elif table.get("api_key_env"):
            table["api_key"] = None
        return evolve(self, **table)
