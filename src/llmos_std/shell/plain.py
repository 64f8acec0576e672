"""A second, much simpler reader of shell commands, for plain ones only: words, quotes, separators and redirections.

It shares nothing with the parser. What both read alike can be relied on; what they do not is never called harmless.
"""

_SEPARATORS = ";|&()\n"
_BLANKS = " \t"
_ESCAPED_IN_QUOTES = '"\\$`'


class _NotPlainError(Exception):
    """The text holds something that this reader does not know."""


def plain_commands(text: str) -> list[list[str]] | None:
    """Return the words of each simple command, redirection targets among them; None unless the text is plain."""
    commands: list[list[str]] = [[]]
    try:
        for token in _Tokens(text):
            if token is None:
                commands.append([])
            else:
                commands[-1].append(token)
    except _NotPlainError:
        return None
    return [command for command in commands if command]


class _Tokens:
    """The words of a text in order; None stands for whatever separates two commands."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def __iter__(self) -> "_Tokens":
        return self

    def __next__(self) -> str | None:
        while self._peek() and self._peek() in _BLANKS + "<>":
            self._at += 1
            if self._text[self._at - 1] in "<>" and self._peek() == "&":
                self._at += 1
        sign = self._peek()
        if not sign:
            raise StopIteration
        if sign in _SEPARATORS:
            self._at += 1
            return None
        if sign == "#":
            self._at = (self._text + "\n").index("\n", self._at)
            return None
        return self._word()

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _word(self) -> str:
        word = ""
        while (sign := self._peek()) and sign not in _SEPARATORS + _BLANKS + "<>":
            self._at += 1
            if sign == "'":
                end = self._text.find("'", self._at)
                word += self._text[self._at : end]
                self._at = self._past(end)
            elif sign == '"':
                word += self._quoted()
            elif sign == "\\":
                word += self._escaped()
            elif sign in "$`":
                raise _NotPlainError
            else:
                word += sign
        return word

    def _quoted(self) -> str:
        word = ""
        while (sign := self._peek()) != '"':
            self._at += 1
            if sign in ("", "`") or (sign == "$" and not self._is_lone_dollar()):
                raise _NotPlainError
            if sign == "\\" and self._peek() and self._peek() in _ESCAPED_IN_QUOTES:
                sign = self._escaped()
            word += sign
        self._at += 1
        return word

    def _is_lone_dollar(self) -> bool:
        """Say whether the $ just passed, inside quotes, begins no expansion."""
        return self._peek() != "" and self._peek() in '" |)/'

    def _escaped(self) -> str:
        sign = self._peek()
        if sign in ("", "\n"):
            raise _NotPlainError
        self._at += 1
        return sign

    def _past(self, end: int) -> int:
        if end < 0:
            raise _NotPlainError
        return end + 1
