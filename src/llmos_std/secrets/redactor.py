"""The redactor: references in place of secrets before anything is kept or shown, and the other way round in a call.

Known secrets are taken out first, in all their forms, then what is a secret by its shape. What was known by its shape
only can be put back by the process that saw it, and by no other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_core.errors import ToolRefusedError
from llmos_std.secrets.forms import forms_of
from llmos_std.secrets.references import CLOSE, DIGEST, FORM, OPEN, parts, reference

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from llmos_core.types.json import JsonValue
    from llmos_std.secrets.shapes import Shapes

_SHORTEST = 6
_ROUNDS = 8
_TELLING = ("key", "token", "secret", "pass", "pwd", "auth", "credential", "cookie", "bearer", "basic", "://", "sig=")
_SHORTEST_TOKEN = 18
_TOKEN_BYTES = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-."
_BETWEEN_TOKENS = bytes(code if code in _TOKEN_BYTES else 32 for code in range(256))
"""Turns into blanks all that tokens are not made of."""


class SecretRedactor:
    """Hides and reveals secrets (see `llmos_core.protocols.guarding.Redactor`).

    `known` returns the secrets known by name, at each call the same mapping until there are others; `digest` a short
    text that only this user can compute from a secret.
    """

    def __init__(self, known: Callable[[], Mapping[str, str]], digest: Callable[[str], str]) -> None:
        self._known = known
        self._digest = digest
        self._seen: dict[str, str] = {}
        self._formed: Mapping[str, str] | None = None
        self._forms: list[tuple[str, str]] = []
        self._shapes: Shapes | None = None

    def hide(self, text: str) -> str:
        """Return the text with a reference in place of each secret; doing it again changes nothing."""
        if len(text) < _SHORTEST:
            return text
        for _ in range(_ROUNDS):
            hidden = self._hidden(text)
            if hidden == text:
                break
            text = hidden
        return text

    def hide_in(self, value: JsonValue) -> JsonValue:
        """Return a JSON value with every text and key hidden, and what is a secret by the name of its key."""
        if isinstance(value, str):
            return self.hide(value)
        if isinstance(value, dict):
            hidden = {self.hide(key): self._hide_under(key, each) for key, each in value.items()}
            return value if _are_same(hidden, value) else hidden
        if isinstance(value, list | tuple):
            changed = [self.hide_in(each) for each in value]
            return value if all(map(_is_same, changed, value)) else type(value)(changed)
        return value

    def reveal(self, value: JsonValue) -> JsonValue:
        """Return arguments with the secrets that their references stand for; the same object where there are none.

        Raises ToolRefusedError for a reference to a secret that is not known here.
        """
        if isinstance(value, str):
            return self._revealed(value) if OPEN in value else value
        if isinstance(value, dict):
            opened = {self._revealed(key) if OPEN in key else key: self.reveal(each) for key, each in value.items()}
            return value if _are_same(opened, value) else opened
        if isinstance(value, list | tuple):
            changed = [self.reveal(each) for each in value]
            return value if all(map(_is_same, changed, value)) else type(value)(changed)
        return value

    def _hidden(self, text: str) -> str:
        if OPEN not in text:
            return self._hidden_piece(text)
        return "".join(reference(piece) if is_one else self._hidden_piece(piece) for is_one, piece in parts(text))

    def _hidden_piece(self, text: str) -> str:
        known = self._without_known(text)
        if known is not text:
            return known  # what is left of it is looked at in the next round, around the new references
        if not may_hold_shape(text):
            return text
        if self._shapes is None:
            from llmos_std.secrets.shapes import Shapes

            self._shapes = Shapes()
        found = self._shapes.find(text)
        for begin, end, kind in reversed(found):
            text = text[:begin] + self._noted(kind, text[begin:end]) + text[end:]
        return text

    def _without_known(self, text: str) -> str:
        if (known := self._known()) is not self._formed:
            self._formed = known
            self._forms = _sorted(_forms({**self._seen, **known}))
        for form, body in self._forms:
            if form in text:
                text = text.replace(form, reference(body))
        return text

    def _hide_under(self, key: str, value: JsonValue) -> JsonValue:
        hidden = self.hide_in(value)
        if not isinstance(value, str) or hidden is not value or len(value) < _SHORTEST or OPEN in value:
            return hidden
        if any(telling in key.lower() for telling in _TELLING):
            from llmos_std.secrets.beside import is_secret_under

            if is_secret_under(key, value):
                return self._noted("value", value)
        return hidden

    def _noted(self, kind: str, secret: str) -> str:
        body = f"{kind}{DIGEST}{self._digest(secret)}"
        if body not in self._seen:
            self._seen[body] = secret
            self._forms = _sorted([*self._forms, *_forms({body: secret})])
        return reference(body)

    def _revealed(self, text: str) -> str:
        return "".join(self._secret(piece) if is_one else piece for is_one, piece in parts(text))

    def _secret(self, body: str) -> str:
        if body[:1] == ":":
            return f"{OPEN}{body[1:]}{CLOSE}"
        name, _, form = body.partition(FORM)
        value = self._seen.get(name) if DIGEST in name else self._known().get(name)
        if value is None and DIGEST in name:
            kind = name.partition(DIGEST)[0]
            raise ToolRefusedError(
                f"the call needs a secret ({kind}) that llmos saw in another run and did not keep; give the goal with "
                f"the secret in it again, or keep it with `llmos secrets set NAME` and write {OPEN}NAME{CLOSE} instead"
            )
        if value is None:
            raise ToolRefusedError(
                f"the call needs the secret '{name}', which is not known here; set it with `llmos secrets set {name}` "
                f"(to mean the text itself, write {OPEN}:{name}{CLOSE})"
            )
        found = next((text for text, each in forms_of(value).items() if each == form), None)
        if found is None:
            raise ToolRefusedError(f"the secret '{name}' has no form '{form}'; write {OPEN}{name}{CLOSE} instead")
        return found


def may_hold_shape(text: str) -> bool:
    """Say whether a text is worth a closer look; False is certain for a text that holds no secret by its shape."""
    lowered = text.lower()
    if any(telling in lowered for telling in _TELLING):
        return True
    words = text.encode("utf-8", "surrogatepass").translate(_BETWEEN_TOKENS).split()
    return max(map(len, words), default=0) >= _SHORTEST_TOKEN


def _forms(secrets: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return every form of every secret with the body of its reference."""
    return [
        (text, name + FORM + form if form else name)
        for name, value in secrets.items()
        for text, form in forms_of(value).items()
        if len(text) >= _SHORTEST and OPEN not in text
    ]


def _sorted(forms: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return forms with the longest first, of equal ones the first by name: a part never hides before its whole."""
    return sorted(forms, key=lambda pair: (-len(pair[0]), pair))


def _are_same(new: Mapping[str, object], old: Mapping[str, object]) -> bool:
    return all(map(str.__eq__, new, old)) and all(map(_is_same, new.values(), old.values()))


def _is_same(one: object, other: object) -> bool:
    return one is other
