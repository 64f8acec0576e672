"""The laws of a redactor: a private key never passes, what is no secret does, and only who hid it can put it back.

Which other secrets a redactor knows is its own matter; a private key is one that every redactor must know.
"""

import json
from typing import Any

from hypothesis import strategies as st

from llmos_core.errors import ToolRefusedError
from llmos_core.testing.suites.services.common import ServiceLaws

WORDS = ("open", "the", "file", "notes.txt", "and", "write", "42", "times", "hello", "to", "it", "ü", "")
"""What ordinary texts are made of."""


def laws_for() -> tuple[type, dict[str, Any]]:
    """Return the laws of this role and what they draw."""
    plain = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
    return RedactorLaws, {"key": _keys(), "plain": plain}


def _keys() -> st.SearchStrategy[str]:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    lines = st.lists(st.text(letters, min_size=64, max_size=64), min_size=3, max_size=6).map("\n".join)
    return lines.map(lambda body: f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----")


class RedactorLaws(ServiceLaws):
    """What every redactor must do."""

    def test_a_private_key_is_hidden_in_a_text(self, key: str, plain: str) -> None:
        """Else it is stored and sent. Put a reference in place of the whole block, wherever it stands."""
        with self.service.opened() as redactor:
            assert not _shows(redactor.hide(f"{plain}\n{key}\n{plain}"), key)

    def test_a_private_key_is_hidden_anywhere_in_a_value(self, key: str) -> None:
        """Else it passes inside arguments and results. Look into lists and objects, and at the names of fields."""
        with self.service.opened() as redactor:
            hidden = redactor.hide_in({"a": [key, {"b": key}], key: 1})
            assert not _shows(json.dumps(hidden), key.split("\n")[1])
            assert next(iter(hidden)) == "a"
            assert (len(hidden), len(hidden["a"])) == (2, 2)

    def test_what_is_no_secret_passes(self, plain: str) -> None:
        """Else nothing can be read any more. A text without a secret comes back as it is, a value as the same one."""
        with self.service.opened() as redactor:
            assert redactor.hide(plain) == plain
            value = {"text": plain, "lines": [plain, 1, None, True]}
            assert redactor.hide_in(value) is value

    def test_hiding_twice_is_hiding_once(self, key: str, plain: str) -> None:
        """Else a step is another step each time it is recorded. Leave references alone."""
        with self.service.opened() as redactor:
            once = redactor.hide(f"{plain} {key}")
            assert redactor.hide(once) == once

    def test_what_was_hidden_can_be_put_back(self, key: str, plain: str) -> None:
        """Else the tool gets a reference. `reveal` gives back exactly what was hidden, inside values too."""
        with self.service.opened() as redactor:
            value = {"text": f"{plain} {key}", "lines": [key, 1]}
            assert redactor.reveal(redactor.hide_in(value)) == value

    def test_a_reference_to_an_unknown_secret_is_refused(self, key: str) -> None:
        """Else the tool gets a reference, or another's secret. Raise ToolRefusedError for what is not known here."""
        with self.service.opened() as redactor:
            hidden = redactor.hide_in({"text": key})
        with self.service.opened() as another:
            assert hidden == {"text": key} or _is_refused(another, hidden), f"{hidden} was accepted elsewhere"


def _shows(text: str, key: str) -> bool:
    return any(line in text for line in key.split("\n") if line and "-----" not in line)


def _is_refused(redactor: Any, hidden: Any) -> bool:
    try:
        redactor.reveal(hidden)
    except ToolRefusedError:
        return True
    return False
