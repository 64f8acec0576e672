"""Read a shell command into simple commands and redirections, without running or expanding anything.

What this module does not follow for certain it says in `Script.strange`; only a script with nothing strange about it
may ever be called harmless. What it lists of a strange script is a best effort, good enough to recognise danger.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from llmos_core.types.record import evolve
from llmos_std.shell.plain import plain_commands
from llmos_std.shell.script import SUBSTITUTED, Command, Redirect, Script, Word

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

MAX_CHARS = 10_000
_MAX_DEPTH = 40
_MAX_SOURCES = 30
_PLAIN = frozenset(
    {"program", "list", "pipeline", "negated_command", "redirected_statement", "command", "subshell", "comment"}
)
_PLAIN_SIGNS = frozenset({";", "&&", "||", "|", "\n", "!", "(", ")"})
_WORDS = frozenset(
    {"word", "raw_string", "string", "number", "concatenation", "ansi_c_string", "command_substitution"}
    | {"simple_expansion", "expansion", "brace_expression", "process_substitution", "arithmetic_expansion"}
)
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
# whatever bash and a parser could take for something else than a letter or a blank
_ODD_CHARACTER = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f\u2060\u3000\ud800-\udfff\ufeff]|\\\n"
)


def parse(text: str) -> Script:
    """Return what a command text consists of; never raises."""
    # The parser's tables end where ASCII ends, and it may crash beyond. A letter in place of each further character
    # means the same to a shell, and makes byte offsets in the tree the indices of the text.
    root = parser().parse(_NOT_ASCII.sub("x", text).encode("ascii")).root_node
    reading = _Reading(text)
    reading.visit(root, 0)
    if root.has_error:
        reading.break_off("a syntax error")
    if odd := _ODD_CHARACTER.search(text):
        reading.doubt(f"the character {odd.group()!r}")
    if not reading.strange and not reading.substitutions:
        reading.compare(plain_commands(text))
    return Script(
        commands=tuple(reading.commands),
        redirects=tuple(reading.redirects),
        here_texts=tuple(reading.here_texts),
        substitutions=tuple(text[a:b] for a, b in reading.inner_spans()),
        spliced=reading.spliced(),
        strange=reading.strange,
        is_broken=reading.is_broken,
    )


@cache
def parser() -> "Parser":
    """Return the parser of tree-sitter. Its tables end where ASCII ends: give it nothing else."""
    import tree_sitter
    import tree_sitter_bash

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))


class _Reading:
    """One walk over a syntax tree, in the order of the text."""

    def __init__(self, source: str) -> None:
        self._source = source
        self.commands: list[Command] = []
        self.redirects: list[Redirect] = []
        self.here_texts: list[str] = []
        self.substitutions: list[tuple[int, int]] = []
        self.literals: list[list[str]] = [[]]
        self.strange = ""
        self.is_broken = False

    def break_off(self, what: str) -> None:
        """Note that the text as a whole cannot be relied on."""
        self.is_broken = True
        self.doubt(what)

    def doubt(self, what: str) -> None:
        """Note the first thing that is not followed."""
        self.strange = self.strange or what

    def raw(self, node: "Node") -> str:
        """Return the text of a node as written."""
        return self._source[node.start_byte : node.end_byte]

    def visit(self, node: "Node", depth: int) -> None:
        """Read a node that is no word, and all below it."""
        if depth > _MAX_DEPTH:
            self.doubt("nesting without end")
        elif node.type == "command":
            self._read_command(node, depth)
        elif node.type == "pipeline":
            self._read_pipeline(node, depth)
        elif node.type == "file_redirect":
            self._read_redirect(node, depth)
        elif node.type in _WORDS:
            self.doubt(f"{node.type} outside of a command")
            self._word(node, depth)
        else:
            self._read_other(node)
            self._visit_children(node, depth)

    def _read_other(self, node: "Node") -> None:
        if node.type in ("heredoc_body", "heredoc_content"):
            self.here_texts.append(self.raw(node))
        if node.is_named and node.type not in _PLAIN:
            self.doubt(f"a {node.type.replace('_', ' ')}")
        elif not node.is_named and node.type not in _PLAIN_SIGNS:
            self.doubt(f"the sign {node.type}")
        if node.type == "!":
            self.literals.append(["!"])
        elif node.type == "redirected_statement":
            self.literals.append([])

    def _visit_children(self, node: "Node", depth: int) -> None:
        for child in node.children:
            self.visit(child, depth + 1)

    def _read_command(self, node: "Node", depth: int) -> None:
        start, words = len(self.commands), list[Word]()
        if self.literals[-1] != ["!"]:
            self.literals.append([])
        for child in node.children:
            inner = child.children[0] if child.type == "command_name" and child.child_count else child
            if inner.type in _WORDS:
                words.append(self._word(inner, depth))
            elif inner.type == "herestring_redirect":
                self.doubt("a here string")
                self.here_texts += [word.text or "" for word in map(self._quiet_word, inner.named_children)]
                self._visit_children(inner, depth)
            else:
                self.visit(inner, depth + 1)
        self._list_lines(words, sources=tuple(self.commands[start:]))

    def _list_lines(self, words: Sequence[Word], sources: tuple[Command, ...] = ()) -> None:
        """List words as one command, or as several where a word begins with a line break."""
        breaks = [index for index, word in enumerate(words) if word.raw.startswith("\n")]
        for start, end in zip([0, *breaks], [*breaks, len(words)], strict=True):
            self.commands.append(Command(words=tuple(words[start:end]), sources=sources))

    def _read_pipeline(self, node: "Node", depth: int) -> None:
        before: tuple[Command, ...] = ()
        for child in node.children:
            start = len(self.commands)
            self.visit(child, depth + 1)
            here = self.commands[start:]
            self.commands[start:] = [evolve(each, sources=before + each.sources) for each in here]
            before = (before + tuple(here))[-_MAX_SOURCES:]

    def _read_redirect(self, node: "Node", depth: int) -> None:
        operator, targets = "", list[Word]()
        for child in node.children:
            if child.type == "file_descriptor":
                self.literals[-1].append(self.raw(child))
            elif child.type in _WORDS:
                targets.append(self._word(child, depth))
            elif child.is_named:
                self.visit(child, depth + 1)
            else:
                operator = child.type
        self.redirects += [Redirect(operator=operator, target=target) for target in targets[:1]]
        if len(targets) != 1:
            self.doubt("a redirection with several targets")
            self._list_lines(targets[1:])

    def _word(self, node: "Node", depth: int) -> Word:
        """Read one word, and the commands inside it."""
        self._visit_inside(node, depth)
        word = self._quiet_word(node)
        if word.text is None:
            self.doubt(f"the expansion {word.raw}")
        self.literals[-1].append(word.text or "")
        return word

    def _quiet_word(self, node: "Node") -> Word:
        raw = self.raw(node)
        text, is_glob = self._text(node)
        return Word(raw=raw, text=text, is_glob=is_glob)

    def _text(self, node: "Node") -> tuple[str | None, bool]:
        """Return what a word will be (None: depends), and whether it is a pattern for file names."""
        if node.type in ("word", "number"):
            raw = self.raw(node)
            if "\n" in raw:  # the parser takes a backslash after a line break for no break
                self.break_off("a line break inside a word")
                raw = raw.lstrip("\n")
            unescaped = re.sub(r"\\.", "", raw)
            return re.sub(r"\\(.)", r"\1", raw), any(sign in unescaped for sign in "*?[")
        if node.type == "concatenation":
            return self._text_of_parts(node)
        return self._text_of_quoted(node), False

    def _text_of_quoted(self, node: "Node") -> str | None:
        if node.type == "raw_string":
            return self.raw(node)[1:-1]
        if node.type == "string":
            return self._text_of_string(node)
        return SUBSTITUTED if self._is_substitution(node) else None

    def _text_of_parts(self, node: "Node") -> tuple[str | None, bool]:
        parts = [self._text(child) if child.is_named else (None, False) for child in node.children]
        whole = "".join(part or "" for part, _ in parts)
        has_braces = any(child.type == "word" and set("{}") & set(self.raw(child)) for child in node.children)
        if any(part is None for part, _ in parts) or (has_braces and whole != "{}"):
            return None, False
        return whole, any(is_glob for _, is_glob in parts)

    def _text_of_string(self, node: "Node") -> str | None:
        start, text = node.start_byte + 1, ""
        for child in node.named_children:
            if self._is_substitution(child):
                text += self._source[start : child.start_byte] + SUBSTITUTED
                start = child.end_byte
            elif child.type != "string_content":
                return None
        text += self._source[start : node.end_byte - 1]
        return re.sub(r'\\([\\"$`])', r"\1", text)

    def _is_substitution(self, node: "Node") -> bool:
        return node.type == "command_substitution" and self.raw(node).startswith("$(")

    def _visit_inside(self, node: "Node", depth: int) -> None:
        """Read the commands in the substitutions of a word."""
        if self._is_substitution(node):
            self._read_apart(node, depth)
        elif node.type in ("string", "concatenation"):
            for child in node.named_children:
                self._visit_inside(child, depth)
        elif node.type not in ("word", "number", "raw_string", "string_content", "ansi_c_string"):
            self.doubt(f"a {node.type.replace('_', ' ')}")
            self._visit_children(node, depth)

    def _read_apart(self, node: "Node", depth: int) -> None:
        """List the commands of a $(…), whose text will be judged on its own."""
        doubts, substitutions = self.strange, len(self.substitutions)
        self._visit_children(node, depth)
        self.strange = doubts
        del self.substitutions[substitutions:]
        self.substitutions.append((node.start_byte, node.end_byte))

    def compare(self, plain: list[list[str]] | None) -> None:
        """Break off unless the second reader found the same; what only that one found is listed as well."""
        if plain == [words for words in self.literals if words]:
            return
        self.break_off("something that can be read in two ways")
        for words in plain or ():
            self.commands.append(Command(words=tuple(Word(raw=word, text=word) for word in words)))

    def inner_spans(self) -> list[tuple[int, int]]:
        """Return where the texts inside the outermost $(…) begin and end."""
        return [(start + 2, end - 1) for start, end in self.substitutions]

    def spliced(self) -> str:
        """Return the text with SUBSTITUTED in place of each $(…)."""
        text = self._source
        for start, end in reversed(self.substitutions):
            text = text[:start] + SUBSTITUTED + text[end:]
        return text
