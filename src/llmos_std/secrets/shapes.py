"""Find what is a secret by its shape: tokens of services, keys, passwords in addresses, random text by a telling name.

Cheap texts stay cheap: searches for literals come before any regular expression, and each is compiled at first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_std.secrets.randomness import looks_random

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

_LONG_RUN = 24
_DIGEST_LABELS = ("sha256=", "sha512=", "sha384=", "sha1=", "md5=", "sha256-", "sha512-", "sha384-", "sha1-")
_LONGEST_LABEL = 7
_IN_DIGESTS = ("=", "-", "_", "/", ".")
"""What stands before a part of a digest or of a path; a token without a known beginning stands by itself."""

_IN_RUNS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_BETWEEN_RUNS = bytes(code if code in _IN_RUNS else 32 for code in range(256))

Found = tuple[int, int, str]
"""Begin and end of a secret in a text, and its kind."""


class Shapes:
    """The shapes, their expressions compiled one by one as texts ask for them."""

    def __init__(self) -> None:
        self._compiled: dict[str, re.Pattern[str]] = {}

    def find(self, text: str) -> list[Found]:
        """Return the secrets in a text, in their order, apart from each other; of overlapping ones the longer first."""
        found = sorted(self._found(text), key=lambda each: (each[0], -each[1]))
        apart: list[Found] = []
        for each in found:
            if not apart or each[0] >= apart[-1][1]:
                apart.append(each)
        return apart

    def _found(self, text: str) -> Iterator[Found]:
        from llmos_std.secrets.token_shapes import PREFIXES, SHAPES

        for literal, kind, expression in SHAPES:
            if literal in text:
                yield from self._shaped(text, kind, expression)
        for prefix, kind in PREFIXES:
            if prefix in text:
                yield from self._prefixed(text, prefix, kind)
        runs = text.encode("utf-8", "surrogatepass").translate(_BETWEEN_RUNS).split()
        if max(map(len, runs), default=0) >= _LONG_RUN:
            yield from self._unnamed(text)
        from llmos_std.secrets.beside import found_beside

        yield from found_beside(text, self._pattern)

    def _shaped(self, text: str, kind: str, expression: str) -> Iterator[Found]:
        at, pattern = 0, self._pattern(expression)
        is_part = "s" in pattern.groupindex
        while match := pattern.search(text, at):
            if is_part:
                yield match.start("s"), match.end("s"), kind
            elif _begins_word(text, match.start()):
                yield match.start(), match.end(), kind
            at = match.end() if is_part or _begins_word(text, match.start()) else match.start() + 1

    def _prefixed(self, text: str, prefix: str, kind: str) -> Iterator[Found]:
        from llmos_std.secrets.token_shapes import AFTER_PREFIX

        at, pattern = text.find(prefix), self._pattern(AFTER_PREFIX)
        while at >= 0:
            begin = at + len(prefix)
            is_digest = text[max(0, at - _LONGEST_LABEL) : at].lower().endswith(_DIGEST_LABELS)
            rest = pattern.match(text, begin) if _begins_word(text, at) and not is_digest else None
            if rest is not None and looks_random(whole := rest[0].rstrip(".=-"), has_prefix=True):
                yield at, begin + len(whole), kind
            at = text.find(prefix, begin)

    def _unnamed(self, text: str) -> Iterator[Found]:
        from llmos_std.secrets.token_shapes import UNNAMED

        for kind, expression in UNNAMED:
            for match in self._pattern(expression).finditer(text):
                if (
                    not _begins_word(text, match.start())
                    or text[max(0, match.start() - 1) : match.start()] in _IN_DIGESTS
                ):
                    continue
                parts = match.groupdict()
                if not parts or (not _is_identifier(parts["begin"]) and _is_of_three_kinds(parts["rest"])):
                    yield match.start(), match.end(), kind

    def _pattern(self, expression: str) -> re.Pattern[str]:
        if (found := self._compiled.get(expression)) is None:
            import re

            found = self._compiled[expression] = re.compile(expression)
        return found


def _begins_word(text: str, at: int) -> bool:
    return at == 0 or not (text[at - 1].isascii() and (text[at - 1].isalnum() or text[at - 1] == "+"))


def _is_identifier(begin: str) -> bool:
    """Say whether what begins so is a digest or an identifier that is given out openly."""
    from llmos_std.secrets.token_shapes import IDENTIFIERS, NO_BEGINNING

    lowered = begin.lower()
    return lowered.startswith(NO_BEGINNING) or lowered.replace("-", "_").partition("_")[0] in IDENTIFIERS


def _is_of_three_kinds(text: str) -> bool:
    """Say whether letters of both cases and digits are as mixed as chance mixes them."""
    counts = [sum(map(kind, text)) for kind in (str.isupper, str.islower, str.isdigit)]
    return min(counts) >= max(2, len(text) // 16) and looks_random(text)
