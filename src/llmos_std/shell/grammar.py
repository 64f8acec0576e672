"""Read a whole shell text into a tree: a second reader beside the parser of tree-sitter, and independent of it.

It knows the part of bash's grammar that people use; all else raises UnreadableError, and asking follows.
"""

import re

from llmos_std.shell.simple import SimpleReader
from llmos_std.shell.tree import Block, Branch, Condition, Define, For, Group, Loop, Node, Part, Pipeline, Word
from llmos_std.shell.words import UnreadableError

_FUNCTION = re.compile(
    r"(?:function[ \t]+([\w:.-]+)[ \t]*(?:\([ \t]*\))?|([\w:.-]+)[ \t]*\([ \t]*\))\s*(?=[{(\[]|if|for|while)"
)
_END = re.compile(r"(then|do|done|fi|elif|else|esac|\})(?=[\s;&|()<>]|$)")
_OPENING = ("{", "if", "for", "select", "while", "until", "case", "[[")
_TIMED = re.compile(r"time[ \t]+(?=[({]|(if|for|while|until|case)\s)")
_MAX_NESTING = 40


def read(text: str) -> "Reader":
    """Return the reader of a text after it read everything; raises UnreadableError when it cannot."""
    reader = Reader(text)
    reader.tree = reader.block([""])
    return reader


class Reader(SimpleReader):
    """Reads commands. `done` are those at the top that were read to their end, also when a later one cannot be."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.tree = Block(())
        self.done: list[Node] = []
        self.ended = ""

    def read_inner(self, closing: str) -> Block:
        """Return the commands up to a closing sign, and pass it."""
        waiting, self.waiting = self.waiting, []
        body = self.block([closing])
        if self.waiting:
            raise UnreadableError("a here-document that begins inside of a substitution")
        self.waiting = waiting
        return body

    def block(self, ends: list[str]) -> Block:
        """Return the commands up to one of the words or signs, and pass it; `ended` says which it was."""
        nodes = list[Node]()
        while True:
            self.skip(lines=True)
            if (end := self._ending()) is not None:
                if end not in ends:
                    raise UnreadableError(f"{end!r} where a command was expected" if end else "a text that ends early")
                self.at += len(end)
                self.ended = end
                if self.waiting and not end:
                    raise UnreadableError("a here-document without a text")
                return Block(tuple(nodes))
            nodes.append(self._chain())
            if ends == [""] and not self.depth:
                self.done = list(nodes)

    def _ending(self) -> str | None:
        """Return the word or sign that ends a block here, None when a command begins."""
        if self.at >= len(self.text):
            return ""
        for sign in (";;&", ";;", ";&", ")"):
            if self.starts(sign):
                return sign
        found = _END.match(self.text, self.at)
        return found.group(1) if found else None

    def _chain(self) -> Node:
        node = self._pipeline()
        self.skip()
        for sign in ("&&", "||"):
            if self.starts(sign):
                self.at += 2
                self.skip(lines=True)
                if self._ending() is not None:
                    raise UnreadableError(f"nothing after {sign}")
                return Group(Block((node, self._chain())), False)
        if (self.starts(";") and not self.starts(";;") and not self.starts(";&")) or self.starts("&"):
            self.at += 1
        elif self._ending() is None and not self.starts("\n"):
            raise UnreadableError(f"{self.peek(10)!r} after a command")
        return node

    def _pipeline(self) -> Node:
        while self._word_ahead("!"):
            self.at += 1
            self.skip()
        if self._word_ahead("time") and _TIMED.match(self.text, self.at):
            self.at += 4
            self.skip()
            return self._pipeline()
        stages = [self._command()]
        while True:
            self.skip()
            if not self.starts("|") or self.starts("||"):
                break
            self.at += 2 if self.starts("|&") else 1
            self.skip(lines=True)
            stages.append(self._command())
        return stages[0] if len(stages) == 1 else Pipeline(tuple(stages))

    def _word_ahead(self, *words: str) -> str:
        """Return which of the words stands here by itself, "" when none does."""
        for word in words:
            after = self.text[self.at + len(word) : self.at + len(word) + 1]
            if self.starts(word) and (not after or after in " \t\n;&|()<>"):
                return word
        return ""

    def _command(self) -> Node:
        self.depth += 1
        if self.depth > _MAX_NESTING:
            raise UnreadableError("nesting without end")
        node = self._compound() or self._function() or self.simple()
        self.depth -= 1
        return node

    def _function(self) -> Node | None:
        found = _FUNCTION.match(self.text, self.at)
        if not found:
            return None
        self.at = found.end()
        body = self._compound()
        if body is None:
            raise UnreadableError("a function without a body")
        return Define(found.group(1) or found.group(2), body)

    def _compound(self) -> Node | None:  # noqa: PLR0911
        if self.starts("(("):
            return self._calculated()
        word = "(" if self.starts("(") else self._word_ahead(*_OPENING)
        if self._word_ahead("coproc"):
            raise UnreadableError("the word coproc")
        if not word:
            return None
        self.at += len(word)
        match word:
            case "(":
                return Group(self.read_inner(")"), True, self.redirects())
            case "{":
                return Group(self.block(["}"]), False, self.redirects())
            case "if":
                return self._branches()
            case "while" | "until":
                condition = self.block(["do"])
                return Loop(condition, self.block(["done"]), self.redirects())
            case "case":
                return self._cases()
            case "[[":
                return self._condition()
        return self._for()

    def _calculated(self) -> Node:
        start = self.at
        self.at += 2
        parts = self.calculation()
        return Condition(self.text[start : self.at], tuple(parts), self.redirects())

    def _branches(self) -> Node:
        blocks = [self.block(["then"])]
        while True:
            blocks.append(self.block(["elif", "else", "fi"]))
            if self.ended == "fi":
                return Branch(tuple(blocks), (), self.redirects())
            blocks.append(self.block(["then"] if self.ended == "elif" else ["fi"]))
            if self.ended == "fi":
                return Branch(tuple(blocks), (), self.redirects())

    def _for(self) -> Node:
        self.skip()
        if self.starts("(("):
            self.at += 2
            parts = self.calculation()
            self._pass_separator()
            return Loop(Block(()), self._loop_body(), self.redirects(), tuple(parts))
        name = self.word().plain
        if not name or not name.isidentifier():
            raise UnreadableError("a loop without a plain name")
        self.skip(lines=True)
        words: list[Word] | None = None
        if self._word_ahead("in"):
            self.at += 2
            words = self._words_here()
        self._pass_separator()
        return For(name, None if words is None else tuple(words), self._loop_body(), self.redirects())

    def _loop_body(self) -> Block:
        if self._word_ahead("{"):
            raise UnreadableError("a loop in braces")
        if not self._word_ahead("do"):
            raise UnreadableError("a loop without do")
        self.at += 2
        return self.block(["done"])

    def _pass_separator(self) -> None:
        self.skip()
        if self.starts(";"):
            self.at += 1
        self.skip(lines=True)

    def _words_here(self) -> list[Word]:
        words = list[Word]()
        while True:
            self.skip()
            if not self.peek() or (self.peek() in "\n;&|()<>" and self.peek(2) not in ("<(", ">(")):
                return words
            words.append(self.word())

    def _cases(self) -> Node:
        self.skip()
        words, blocks = [self.word()], list[Block]()
        self.skip(lines=True)
        if not self._word_ahead("in"):
            raise UnreadableError("a case without in")
        self.at += 2
        while True:
            self.skip(lines=True)
            if self._word_ahead("esac"):
                self.at += 4
                return Branch(tuple(blocks), tuple(words), self.redirects())
            if self.starts("("):
                self.at += 1
            words += self._patterns()
            blocks.append(self.block([";;", ";&", ";;&", "esac"]))
            if self.ended == "esac":
                return Branch(tuple(blocks), tuple(words), self.redirects())

    def _patterns(self) -> list[Word]:
        patterns = list[Word]()
        while True:
            self.skip()
            patterns.append(self.word())
            self.skip()
            if self.starts(")"):
                self.at += 1
                return patterns
            if not self.starts("|") or not patterns[-1].raw:
                raise UnreadableError("an unusual pattern of a case")
            self.at += 1

    def _condition(self) -> Node:
        """Read [[ … ]]: nothing in it runs but what stands in its expansions."""
        start, parts = self.at, list[Part]()
        while True:
            self.skip(lines=True)
            if not self.peek():
                raise UnreadableError("a [[ without end")
            if self._word_ahead("]]"):
                self.at += 2
                return Condition(self.text[start - 2 : self.at], tuple(parts), self.redirects())
            if self.peek() in "&|()<>;" and not self.starts("<("):
                self.at += 1
            else:
                parts += self.word().parts
