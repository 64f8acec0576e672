"""Find secrets that were written down as values, by their shape or by the name they stand under, in any depth."""

from collections.abc import Iterator, Mapping
from typing import Any

from llmos_core.config.checking import Finding
from llmos_core.config.secret_shapes import may_be_secret, secret_in

_NEXT = "put it into an environment variable or a private file and say here only where it is"


def literal_secrets(value: Any, path: tuple[str, ...]) -> Iterator[tuple[Finding, bool]]:
    """Yield each text that is a secret, with whether that is certain."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if isinstance(key, str) and (kind := secret_in(key)):
                yield Finding(path, f"a key in this table looks like {kind}; {_NEXT}"), True
            yield from literal_secrets(inner, (*path, str(key)))
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from literal_secrets(inner, (*path[:-1], f"{path[-1]}[{number}]"))
    elif isinstance(value, str):
        if kind := secret_in(value):
            yield Finding(path, f"looks like {kind}, and a secret does not belong into a configuration; {_NEXT}"), True
        elif may_be_secret(value):
            yield (
                Finding(path, f"looks like a secret token, which does not belong into a configuration; {_NEXT}"),
                False,
            )
