"""The sections of the small providers (LiteLLM's is in `litellm/config.py`)."""

from decimal import Decimal
from typing import Any

from llmos_core.config.fields import money, seconds, section_field, text, texts, whole
from llmos_core.types.record import Record

RECORDING_MODES = ("replay", "record", "auto")


class ScriptedConfig(Record):
    """Section `provider.scripted`: where the answers are written down."""

    path: str = text("", help="a .toml or .json file of answers; relative to the workspace")


def _is_mode(value: Any) -> str:
    return "" if value in RECORDING_MODES else "one of " + ", ".join(RECORDING_MODES)


def _is_another(value: Any) -> str:
    is_right = isinstance(value, str) and value not in {"", "auto", "recorded"}
    return "" if is_right else "the name of another provider, such as litellm"


class RecordedConfig(Record):
    """Section `provider.recorded`: what is recorded, where, and when it is played back."""

    mode: str = section_field(
        "replay", _is_mode, help="replay: only play back; record: always ask; auto: ask for what is not recorded yet"
    )
    provider: str = section_field("litellm", _is_another, help="whose answers are recorded", names="provider")
    path: str = text(".llmos/recordings/model.jsonl", help="the file of recorded answers; relative to the workspace")
    secret_env: tuple[str, ...] = texts(
        help="environment variables whose values are never written, besides those whose names tell (…KEY, …TOKEN)"
    )


def _is_argv(value: Any) -> str:
    is_right = isinstance(value, tuple) and all(isinstance(one, str) and "\0" not in one for one in value)
    return "" if is_right and (not value or value[0].strip()) else "a program and its arguments, as a list of texts"


class CommandConfig(Record):
    """Section `provider.command`, only for the user's own configuration: a program that answers as a model does."""

    argv: tuple[str, ...] = section_field(
        (),
        _is_argv,
        convert=lambda value: tuple(value) if isinstance(value, list) else value,
        user_only=True,
        help='the program and its arguments: a name on the PATH, or an absolute path, such as ["~/bin/my-model"]',
    )
    timeout_s: float = seconds(120.0, help="how long one answer may take; then the program is killed")
    reply_bytes: int = whole(1_000_000, least=1, unit="bytes", help="the longest answer that is read")
    env: tuple[str, ...] = texts(
        user_only=True, help="environment variables that the program is given, besides PATH, HOME and the locale"
    )
    cost_usd: Decimal | None = money(
        None, help="the most that one answer costs; 0 for a model of your own; unset: the price is unknown"
    )
