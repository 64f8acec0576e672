"""Take secrets out of what is written to a file: known values, plain and in common codings, and unmistakable shapes.

Known is what a variable with a telling name holds, what the settings of a provider name, and what the user adds. What
nobody knows and what looks like nothing of the kind is not found.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from llmos_core.config.secret_ref import SecretRef, problem_with
from llmos_core.config.secret_shapes import is_secret_name, redacted, secret_in
from llmos_core.errors import ConfigError
from llmos_core.types.record import Record, values_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MARK = "[secret]"
_SHORTEST = 8
_TELLING = re.compile(r"(^|_)(AUTH|PASS|PAT|DSN)$", re.IGNORECASE)


class Secrets:
    """The secrets to take out: their values by the names of their places."""

    def __init__(self, values: Mapping[str, str]) -> None:
        forms = {
            form: name
            for name, value in sorted(values.items())
            for form in _forms(value.strip())
            if len(form) >= _SHORTEST
        }
        self._forms = dict(sorted(forms.items(), key=lambda pair: -len(pair[0])))

    def redacted(self, value: Any) -> tuple[Any, tuple[str, ...]]:
        """Return a JSON value with its secrets replaced, and the names of their places or of what they look like."""
        found: set[str] = set()
        return self._clean(value, found), tuple(sorted(found))

    def _clean(self, value: Any, found: set[str]) -> Any:
        if isinstance(value, str):
            return self._clean_text(value, found)
        if isinstance(value, list | tuple):
            return [self._clean(each, found) for each in value]
        if isinstance(value, dict):
            return {self._clean(key, found): self._clean(each, found) for key, each in value.items()}
        return value

    def _clean_text(self, text: str, found: set[str]) -> str:
        for form, name in self._forms.items():
            if form in text:
                text = text.replace(form, MARK)
                found.add(name)
        if kind := secret_in(text):
            found.add(kind)
            text = redacted(text)
        return text


def known_secrets(environ: Mapping[str, str], section: Any = None, further: tuple[str, ...] = ()) -> dict[str, str]:
    """Return the secrets of an environment and of a provider's section, by the names of their places.

    `further` names variables that hold one although their names do not tell. A place that cannot be read has none.
    """
    telling = {name for name in environ if is_secret_name(name) or _TELLING.search(name)}
    named = telling | set(further) | set(_variables(section))
    found = {name: environ[name] for name in named if name in environ}
    for ref in _references(section):
        from llmos_core.config.secret_reading import read_secret

        try:
            found[str(ref)] = read_secret(ref, environ)
        except ConfigError:
            continue
    return found


def _variables(value: Any, name: str = "") -> Iterator[str]:
    """Yield the variables that settings name: under a key that ends with `_env`, or as env:NAME."""
    if isinstance(value, str):
        if name.endswith("_env") and value:
            yield value
        elif value.startswith("env:"):
            yield value.removeprefix("env:")
    for key, each in _members(value):
        yield from _variables(each, key)


def _references(value: Any, name: str = "") -> Iterator[SecretRef]:
    """Yield the places of secrets in settings, also those in tables that are no records."""
    if isinstance(value, dict) and is_secret_name(name) and not problem_with(value):
        value = SecretRef(**value)
    if isinstance(value, SecretRef):
        yield value
        return
    for key, each in _members(value):
        yield from _references(each, key)


def _members(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Record) and not isinstance(value, SecretRef):
        yield from values_of(value).items()
    elif isinstance(value, dict):
        yield from value.items()


def _forms(value: str) -> Iterator[str]:
    """Yield a secret as it may appear: itself, and in base64, URL and hexadecimal coding."""
    if len(value) < _SHORTEST:
        return
    raw = value.encode("utf-8", "surrogatepass")
    yield value
    yield quote(value, safe="", errors="replace")
    yield base64.b64encode(raw).decode().rstrip("=")
    yield base64.urlsafe_b64encode(raw).decode().rstrip("=")
    yield raw.hex()
