"""`SecretRef`: where a secret is, never the secret itself. Resolving one is `read_secret` in `secret_reading`.

A configuration holds `{ env = "NAME" }`, `{ keyring = "service/user" }` or `{ file = "~/.keys/name" }`; so it can be
shown, stored and shared, and nothing that prints it can leak anything.
"""

from collections.abc import Mapping
from typing import Any

from llmos_core.config.tables import SECRET_WAYS
from llmos_core.types.record import Record, field, values_of

HOW = 'write { env = "NAME" }, { keyring = "service/user" } or { file = "~/.keys/name" }'
"""How a secret is written in TOML, in the words of messages."""


def _is_place(_ref: object, declared: Any, value: Any) -> None:
    if value is not None and (not isinstance(value, str) or not value.strip()):
        raise ValueError(f"'{declared.name}' of a secret names no place; {HOW}")


def _place(help: str) -> Any:  # noqa: A002 – the name that the metadata bears
    return field(default=None, validator=_is_place, metadata={"help": help})


class SecretRef(Record):
    """The place of one secret: exactly one of an environment variable, a keyring entry and a private file."""

    env: str | None = _place("name of the environment variable that holds the secret")
    keyring: str | None = _place("entry of the system's keyring, as service/user")
    file: str | None = _place("file that holds nothing but the secret, yours alone (mode 0600)")

    def __attrs_post_init__(self) -> None:
        """Refuse no place and several places."""
        if len([way for way in values_of(self).values() if way is not None]) != 1:
            raise ValueError(f"a secret is in exactly one place; {HOW}")
        if self.keyring is not None and not all(self.keyring.partition("/")[::2]):
            raise ValueError('a keyring entry is written "service/user"')

    def __str__(self) -> str:
        way, place = next((way, place) for way, place in values_of(self).items() if place is not None)
        return {"env": f"environment variable {place}", "file": f"file {place}"}.get(way, f"{way} entry {place}")


def secret_ref(value: Any) -> Any:
    """Return the reference that a table stands for; None and references pass through.

    ValueError for anything else, above all for the secret itself, which is never repeated in the message.
    """
    if value is None or isinstance(value, SecretRef):
        return value
    if problem := problem_with(value):
        raise ValueError(problem)
    return SecretRef(**value)


def problem_with(value: Any) -> str:
    """Say what is wrong with a plain value where a reference is expected, "" when nothing is."""
    if isinstance(value, str):
        return f"a secret is never written down here, only where it is; {HOW}"
    if not isinstance(value, Mapping):
        return f"found something else than a table; {HOW}"
    if unknown := [key for key in value if key not in SECRET_WAYS]:
        shown = ", ".join(f"'{key}'" for key in unknown) if all(isinstance(key, str) for key in unknown) else "a key"
        return f"a secret has no {shown}; {HOW}"
    try:
        SecretRef(**value)
    except ValueError as error:
        return str(error)
    return ""
