"""Read simple commands: assignments, words, redirections and here-documents.

`spans` and `targets` say where each word stood, so that another reader can be compared with this one.
"""

import re

from llmos_std.shell.tree import Assignment, Literal, Part, Redirect, Simple, Word
from llmos_std.shell.words import BLANKS, UnreadableError, WordReader

_OPERATOR = re.compile(r"(\d+)?(&>>|&>|<<<|<<-|<<|<>|<&|>&|>>|>\||<(?!\()|>(?!\())")
_ASSIGNED = re.compile(r"([A-Za-z_]\w*)(\+?=|\[)", re.ASCII)
_LIST = re.compile(r"[A-Za-z_]\w*\+?=\(", re.ASCII)
_WORD_ENDS = "\n;&|()"


class SimpleReader(WordReader):
    """Reads one simple command at a time."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.spans: list[tuple[tuple[int, int], ...]] = []
        self.targets: list[tuple[int, int]] = []
        self.waiting: list[tuple[int, bool, list[Redirect]]] = []

    def skip(self, *, lines: bool = False) -> None:
        """Pass blanks and remarks, and with `lines` line ends as well."""
        while sign := self.peek():
            if sign in BLANKS:
                self.at += 1
            elif self.peek(2) == "\\\n":
                self.at += 2
            elif sign == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif sign == "\n" and lines:
                self._end_line()
            else:
                return

    def _end_line(self) -> None:
        """Pass a line end, and the texts of the here-documents that begin after it."""
        self.at += 1
        waiting, self.waiting = self.waiting, []
        for index, is_literal, owner in waiting:
            redirect = owner[index]
            body = self._here_text(redirect, is_literal=is_literal)
            owner[index] = Redirect(redirect.operator, body, redirect.descriptor)

    def _here_text(self, redirect: Redirect, *, is_literal: bool) -> Word:
        limit, start, lines = _unquoted(redirect.target), self.at, list[str]()
        while True:
            if self.at >= len(self.text):
                raise UnreadableError("a here-document without end")
            end = self.text.find("\n", self.at)
            end = len(self.text) if end < 0 else end
            line = self.text[self.at : end]
            self.at = min(end + 1, len(self.text))
            line = line.lstrip("\t") if redirect.operator == "<<-" else line
            if line == limit:
                self.at = end  # the line end is a separator as well
                break
            lines.append(line)
        text = "\n".join(lines) + ("\n" if lines else "")
        if is_literal:
            return Word(text, start, (Literal(text, True),))
        inner = type(self)(text)
        inner.depth = self.depth + 1
        return Word(text, start, tuple(inner.quoted("")))

    def redirects(self) -> tuple[Redirect, ...]:
        """Read the redirections that follow a compound command."""
        found = list[Redirect]()
        while True:
            self.skip()
            if not self._redirect(found):
                break
        if any(redirect.operator.startswith("<<") and redirect.operator != "<<<" for redirect in found):
            raise UnreadableError("a here-document for several commands")
        return tuple(found)

    def _redirect(self, found: list[Redirect]) -> bool:
        match = _OPERATOR.match(self.text, self.at)
        if not match:
            return False
        self.at = match.end()
        self.skip()
        operator, target = match.group(2), self.word()
        if not target.raw:
            raise UnreadableError("a redirection without a target")
        found.append(Redirect(operator, target, match.group(1) or ""))
        if operator in ("<<", "<<-"):
            self.waiting.append((len(found) - 1, _is_literal(target), found))
        elif operator != "<<<":
            self.targets.append((target.start, target.start + len(target.raw)))
        return True

    def simple(self) -> Simple:
        """Read one simple command, in which the here-documents are filled in once their text was passed."""
        start, assignments, words = self.at, list[Assignment](), list[Word]()
        redirects = list[Redirect]()
        while True:
            self.skip()
            if self._redirect(redirects):
                continue
            is_list = bool(words) and words[0].raw in _DECLARERS and _LIST.match(self.text, self.at) is not None
            if (not words or is_list) and (assignment := self._assignment()):
                assignments.append(assignment)
                continue
            if not self.peek() or (self.peek() in _WORD_ENDS and not self.starts("(")):
                break
            words.append(self._argument())
        if not assignments and not words and not redirects:
            raise UnreadableError(f"{self.peek(10)!r} where a command was expected")
        if words:
            self.spans.append(tuple((word.start, word.start + len(word.raw)) for word in words))
        return Simple(self.text[start : self.at].strip(), tuple(assignments), tuple(words), redirects)

    def _argument(self) -> Word:
        word = self.word()
        if not word.raw or self.starts("("):
            raise UnreadableError(f"{self.peek(10)!r} inside of a command")
        return word

    def _assignment(self) -> Assignment | None:
        found = _ASSIGNED.match(self.text, self.at)
        if not found:
            return None
        begin, index = self.at, list[Part]()
        name, sign = found.groups()
        self.at = found.end()
        if sign == "[":
            index = self._index()
            sign = "+=" if self.starts("+=") else "="
            if not self.starts(sign):
                self.at = begin
                return None
            self.at += len(sign)
        if self.starts("("):
            self.at += 1
            return Assignment(name, None, tuple(self._items()), sign == "+=", tuple(index))
        return Assignment(name, self.word(), None, sign == "+=", tuple(index))

    def _index(self) -> list[Part]:
        """Read the index of an array up to its bracket, and pass it."""
        inner, parts = self.at, list[Part]()
        while not self.starts("]"):
            if not self.peek() or self.peek() in "\n\\'[":
                raise UnreadableError("an unusual index")
            if self.peek() in '$`"':
                self._part(self.peek(), parts)
            else:
                self.at += 1
        if self.at - inner > 500:  # noqa: PLR2004
            raise UnreadableError("an endless index")
        self.at += 1
        return parts

    def _items(self) -> list[Word]:
        items = list[Word]()
        while True:
            self.skip(lines=True)
            if self.starts(")"):
                self.at += 1
                return items
            item = self.word()
            if not item.raw:
                raise UnreadableError("an unusual list")
            items.append(item)


_DECLARERS = frozenset(["declare", "typeset", "local", "export", "readonly"])


def _is_literal(limit: Word) -> bool:
    """Say whether the end word of a here-document is quoted, so that nothing in its text is expanded."""
    if not all(isinstance(part, Literal) for part in limit.parts):
        raise UnreadableError("a here-document with an unusual end")
    return any(isinstance(part, Literal) and part.is_quoted for part in limit.parts)


def _unquoted(word: Word) -> str:
    return "".join(part.text for part in word.parts if isinstance(part, Literal))
