"""The files that the configuration's references name. The keyring is asked only by who needs a secret from it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from llmos_core.config.secret_reading import place_of, read_secret
from llmos_core.config.secret_ref import SecretRef
from llmos_core.contrib import HOOKS
from llmos_core.errors import ConfigError, PluginError
from llmos_core.types.record import Record, values_of
from llmos_std.secrets.references import name_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmos_core.protocols.context import PluginContext


def references_in(context: PluginContext) -> Iterator[tuple[str, str]]:
    """Yield name and value of every secret in a file that some section names and that can be read."""
    sections = {each.section for kind in HOOKS if kind != "hookspec" for each in context.offers(kind) if each.section}
    for name in sorted(sections):
        with suppress(PluginError):
            for ref in _references(context.section(name)):
                if ref.file is not None:
                    with suppress(ConfigError):
                        yield name_for(place_of(ref)), read_secret(ref, context.environ)


def _references(value: Any) -> Iterator[SecretRef]:
    if isinstance(value, SecretRef):
        yield value
    elif isinstance(value, Record):
        for each in values_of(value).values():
            yield from _references(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _references(each)
