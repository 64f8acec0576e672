"""Read the words of a shell text: quotes, expansions and substitutions.

What this reader does not know for certain it refuses with UnreadableError; nothing is guessed.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence

from llmos_std.shell.tree import Arithmetic, Block, Literal, Part, Substitution, Variable, Word

BLANKS = " \t"
SEPARATORS = " \t\n;&|()<>"
MAX_DEPTH = 30
_NAME = re.compile(r"[A-Za-z_]\w*|[0-9@*#?$!-]", re.ASCII)
_BRACED = re.compile(r"([A-Za-z_]\w*|\d+|[@*#?$!-])(\[[@*\w]*\])?", re.ASCII)
_RUN = re.compile(r"[^\s;&|()<>'\"\\$`]+")
_QUOTED_RUN = re.compile(r"[^\"\\$`}]+")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "v": "\v"}
_ANSI = re.compile(
    r"\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})|c(.)|(.))", re.DOTALL
)


class UnreadableError(Exception):
    """Something in a shell text that is not followed; the message says what."""


class WordReader(ABC):
    """Reads words from a position on; `read_inner` is what reads the commands inside a substitution."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.backquotes: list[int] = []

    @abstractmethod
    def read_inner(self, closing: str) -> Block:
        """Return the commands up to a closing sign, and pass it."""

    def peek(self, length: int = 1) -> str:
        """Return the next characters, "" at the end."""
        return self.text[self.at : self.at + length]

    def starts(self, sign: str) -> bool:
        """Say whether a sign comes next."""
        return self.text.startswith(sign, self.at)

    def word(self) -> Word:
        """Read one word; it may be empty."""
        start, parts = self.at, list[Part]()
        while (sign := self.peek()) and (sign not in SEPARATORS or self._is_pipe_file()):
            self._part(sign, parts)
        return Word(self.text[start : self.at], start, _joined(parts))

    def _is_pipe_file(self) -> bool:
        return self.peek(2) in ("<(", ">(")

    def _part(self, sign: str, parts: list[Part]) -> None:
        if sign == "'":
            parts.append(Literal(self._until("'"), True))
        elif sign == '"':
            self.at += 1
            parts.append(Literal("", True))
            parts += self.quoted('"')
        elif sign == "\\":
            parts.append(Literal(self._escaped(), True))
        elif sign in "<>":
            self.at += 2
            parts.append(Substitution(self._nested(")"), sign))
        elif sign in "$`":
            parts.append(self._expansion(is_quoted=False))
        else:
            found = _RUN.match(self.text, self.at)
            parts.append(Literal(found.group() if found else sign))
            self.at += len(found.group()) if found else 1

    def _until(self, closing: str) -> str:
        end = self.text.find(closing, self.at + 1)
        if end < 0:
            raise UnreadableError(f"a {closing} without end")
        found = self.text[self.at + 1 : end]
        self.at = end + 1
        return found

    def _escaped(self) -> str:
        if len(self.peek(2)) < 2 or self.peek(2) == "\\\n":  # noqa: PLR2004
            raise UnreadableError("a backslash at the end of a line inside a word")
        self.at += 2
        return self.text[self.at - 1]

    def quoted(self, closing: str) -> list[Part]:
        """Read text as inside double quotes up to a closing sign, and pass it; "" stands for the end of the text."""
        parts = list[Part]()
        while not (self.starts(closing) if closing else self.at >= len(self.text)):
            sign = self.peek()
            if not sign:
                raise UnreadableError(f"a {closing} without end")
            if sign == "\\" and self.peek(2)[1:] in ("$", "`", "\\", '"', "\n") and self.peek(2)[1:]:
                parts.append(Literal("" if self.peek(2)[1] == "\n" else self.peek(2)[1], True))
                self.at += 2
            elif sign in "$`":
                parts.append(self._expansion(is_quoted=True))
            elif sign == '"' and closing == "}":
                raise UnreadableError("quotes inside of a quoted ${…}")
            else:
                found = _QUOTED_RUN.match(self.text, self.at)
                parts.append(Literal(found.group() if found else sign, True))
                self.at += len(found.group()) if found else 1
        self.at += len(closing)
        return list(_joined(parts))

    def _expansion(self, *, is_quoted: bool) -> Part:  # noqa: PLR0911
        """Read what begins with a dollar or a backquote."""
        if self.starts("`"):
            return self._backquoted(is_quoted=is_quoted)
        if self.starts("$(("):
            self.at += 3
            return Arithmetic(tuple(self.calculation()))
        if self.starts("$("):
            self.at += 2
            return Substitution(self._nested(")"), "$", is_quoted)
        if self.starts("${"):
            return self._braced(is_quoted=is_quoted)
        if not is_quoted and self.starts("$'"):
            return Literal(self._ansi(), True)
        if not is_quoted and self.starts('$"'):
            raise UnreadableError('a text in $"…"')
        if self.starts("$["):
            return self._old_arithmetic()
        self.at += 1
        if found := _NAME.match(self.text, self.at):
            self.at = found.end()
            return Variable(found.group(), is_quoted=is_quoted)
        return Literal("$", True)

    def _old_arithmetic(self) -> Part:
        found = re.compile(r"\$\[[\w\s+*/%()<>=!&|^~,?:-]*\]", re.ASCII).match(self.text, self.at)
        if not found:
            raise UnreadableError("unusual arithmetic")
        self.at = found.end()
        return Arithmetic(())

    def _nested(self, closing: str) -> Block:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise UnreadableError("commands within commands without end")
        body = self.read_inner(closing)
        self.depth -= 1
        return body

    def _backquoted(self, *, is_quoted: bool) -> Substitution:
        end = self.text.find("`", self.at + 1)
        if end < 0:
            raise UnreadableError("a ` without end")
        if re.search(r"\\[$`\\]", self.text[self.at : end + 1]):
            raise UnreadableError("a backslash inside of `…`")
        self.backquotes += [self.at, end]
        whole, self.text = self.text, self.text[:end]
        self.at += 1
        body = self._nested("")
        self.text, self.at = whole, end + 1
        return Substitution(body, "$", is_quoted)

    def _braced(self, *, is_quoted: bool) -> Variable:
        self.at += 2
        prefix = self.peek() if self.peek() in ("#", "!") and self.peek(2)[1:] not in ("}", "") else ""
        self.at += len(prefix)
        found = _BRACED.match(self.text, self.at)
        if not found:
            raise UnreadableError("an unusual ${…}")
        self.at = start = found.end()
        parts = self.quoted("}") if is_quoted else self._operation()
        operation = prefix + self.text[start : self.at - 1]
        name = found.group(1) + ("[]" if found.group(2) else "")
        return Variable(name, operation, tuple(parts), is_quoted)

    def _operation(self) -> list[Part]:
        """Read the rest of an unquoted ${…}; what stands in quotes there does not end it."""
        parts = list[Part]()
        while not self.starts("}"):
            if not self.peek():
                raise UnreadableError("a } that is missing")
            if self.peek() in "'\"\\$`":
                self._part(self.peek(), parts)
                continue
            if self.peek() in "<>\n":
                raise UnreadableError("an unusual ${…}")
            parts.append(Literal(self.peek()))
            self.at += 1
        self.at += 1
        return list(_joined(parts))

    def calculation(self) -> list[Part]:
        """Read arithmetic up to its two closing brackets, and pass them."""
        parts, level = list[Part](), 0
        while level or not self.starts("))"):
            sign = self.peek()
            if not sign or sign in "'\\":
                raise UnreadableError("unusual arithmetic")
            if sign in "$`":
                parts.append(self._expansion(is_quoted=True))
                continue
            level += {"(": 1, ")": -1}.get(sign, 0)
            if level < 0:
                raise UnreadableError("unusual arithmetic")
            self.at += 1
        self.at += 2
        return parts

    def _ansi(self) -> str:
        end = self.at + 2
        while end < len(self.text) and self.text[end] != "'":
            end += 2 if self.text[end] == "\\" else 1
        if end >= len(self.text):
            raise UnreadableError("a $' without end")
        raw = self.text[self.at + 2 : end]
        self.at = end + 1
        return _ANSI.sub(_unescaped, raw)


def _unescaped(found: re.Match[str]) -> str:
    two, four, eight, octal, control, other = found.groups()
    if two or four or eight or octal:
        code = int(octal, 8) if octal else int(two or four or eight, 16)
        if not 0 < code < 0x80:  # noqa: PLR2004
            raise UnreadableError(f"the escape {found.group()}")
        return chr(code)
    if control:
        raise UnreadableError(f"the escape {found.group()}")
    return _ESCAPES.get(other, other if other in "\\'\"?" else found.group())


def _joined(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Return the parts with neighbouring literals of one kind made one."""
    whole = list[Part]()
    for part in parts:
        last = whole[-1] if whole else None
        if isinstance(part, Literal) and isinstance(last, Literal) and part.is_quoted == last.is_quoted:
            whole[-1] = Literal(last.text + part.text, part.is_quoted)
        else:
            whole.append(part)
    return tuple(whole)
