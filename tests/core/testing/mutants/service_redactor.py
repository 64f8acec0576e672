"""Redactors that are right, and redactors with one fault each; they know private keys and nothing else."""

import re
from typing import Any

from hypothesis import settings

from llmos_core.errors import ToolRefusedError
from llmos_core.protocols.context import PluginContext
from llmos_core.testing import service_suite
from llmos_core.types.json import text_digest

KEY = re.compile(r"-----BEGIN PRIVATE KEY-----.*?-----END PRIVATE KEY-----", re.DOTALL)
REFERENCE = re.compile(r"<secret [0-9a-f]{16}>")


class Reference:
    """Remembers each key under its digest."""

    key = KEY

    def __init__(self, _context: PluginContext) -> None:
        self.seen: dict[str, str] = {}

    def hide(self, text: str) -> str:
        return self.key.sub(lambda found: self.noted(found[0]), text)

    def hide_in(self, value: Any) -> Any:
        hidden = each(value, self.hide)
        return value if hidden == value else hidden

    def reveal(self, value: Any) -> Any:
        return each(value, lambda text: REFERENCE.sub(lambda found: self.secret(found[0]), text))

    def noted(self, secret: str) -> str:
        reference = f"<secret {text_digest(secret)[:16]}>"
        self.seen[reference] = secret
        return reference

    def secret(self, reference: str) -> str:
        if reference not in self.seen:
            raise ToolRefusedError(f"{reference} is not known here")
        return self.seen[reference]


def each(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {change(name): each(item, change) for name, item in value.items()}
    return [each(item, change) for item in value] if isinstance(value, list) else value


class SeesNoKeyAfterALineBreak(Reference):
    """What stands below other lines escapes it, in texts that say something first."""

    def hide(self, text: str) -> str:
        head, line_break, tail = text.partition("\n")
        return super().hide(text) if not line_break or head.startswith("-----") or " " in head else f"{head}\n{tail}"


class SkipsNamesOfFields(Reference):
    def hide_in(self, value: Any) -> Any:
        if isinstance(value, dict):
            hidden = {name: self.hide_in(item) for name, item in value.items()}
            return value if hidden == value else hidden
        return super().hide_in(value)


class CopiesEveryValue(Reference):
    def hide_in(self, value: Any) -> Any:
        return each(value, self.hide)


class HidesReferences(Reference):
    key = re.compile(f"{KEY.pattern}|{REFERENCE.pattern}", re.DOTALL)


class PutsBackOneLine(Reference):
    def secret(self, reference: str) -> str:
        return super().secret(reference).replace("\n", " ")


class HandsOnReferences(Reference):
    def secret(self, reference: str) -> str:
        return self.seen.get(reference, reference)


RIGHT = (Reference,)

MUTANTS: dict[Any, str] = {
    SeesNoKeyAfterALineBreak: "test_a_private_key_is_hidden_in_a_text",
    SkipsNamesOfFields: "test_a_private_key_is_hidden_anywhere_in_a_value",
    CopiesEveryValue: "test_what_is_no_secret_passes",
    HidesReferences: "test_hiding_twice_is_hiding_once",
    PutsBackOneLine: "test_what_was_hidden_can_be_put_back",
    HandsOnReferences: "test_a_reference_to_an_unknown_secret_is_refused",
}


def suite(made: Any, bounds: settings) -> type:
    return service_suite(made, "redactor", bounds=bounds)
