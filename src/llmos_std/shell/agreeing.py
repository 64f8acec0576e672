"""Read a text twice, by two readers that share nothing; only what both read alike is a tree.

Each of the two has holes of its own: a text that they read differently is one that somebody could hide something in.
"""

import re
import unicodedata
from typing import TYPE_CHECKING

from llmos_core.types.record import Record
from llmos_std.shell.grammar import Reader
from llmos_std.shell.parsing import MAX_CHARS, parser
from llmos_std.shell.tree import Block
from llmos_std.shell.words import UnreadableError

if TYPE_CHECKING:
    from tree_sitter import Node

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_ODD = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f"
    r"\u205f-\u206f\u3000\u3164\ud800-\udfff\ue000-\uf8ff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U000e0000-\U0010ffff]"
)
_PRIVATE = re.compile("[\uf100-\uf7ff]")
_LOOK_ALIKES = frozenset("⁄∕⧸╱⟋／꞉：；｜＆＄～‐‑‒−⁓∼")
_SEPARATOR = re.compile(r"[;&|\n]")
_MAX_BEGINNINGS = 16
_ONE_PAIR = 2
_DECLARERS = frozenset(["declare", "typeset", "export", "readonly", "local", "unset", "unsetenv"])
_WORDS = frozenset(
    {"word", "raw_string", "string", "number", "concatenation", "ansi_c_string", "command_substitution"}
    | {"simple_expansion", "expansion", "brace_expression", "process_substitution", "arithmetic_expansion"}
    | {"translated_string", "regex", "extglob_pattern"}
)

Span = tuple[int, int]


class Reading(Record):
    """A tree, and why it cannot be relied on ("" when it can). Of an unreadable text it is a beginning."""

    tree: Block
    doubt: str = ""


def read_twice(text: str, *, has_holes: bool = False) -> Reading:
    """Return what a text consists of; never raises. With `has_holes`, private characters in it stand for words."""
    reader = Reader(text[:MAX_CHARS])
    try:
        tree, doubt = reader.block([""]), ""
    except (UnreadableError, RecursionError) as error:
        return Reading(tree=_longest_beginning(text, reader), doubt=f"it cannot be read: {str(error) or 'too deep'}")
    if len(reader.backquotes) > _ONE_PAIR:  # with which tree-sitter cannot deal
        return read_twice(_with_brackets(text, reader.backquotes), has_holes=has_holes)
    if len(text) > MAX_CHARS:
        doubt = f"it is longer than {MAX_CHARS} characters"
    elif odd := _odd_character(_PRIVATE.sub("x", text) if has_holes else text):
        doubt = f"the character {odd!a}, which looks like something else"
    else:
        doubt = _difference(text, reader)
    return Reading(tree=tree, doubt=doubt)


def _with_brackets(text: str, backquotes: list[int]) -> str:
    """Return the text with $(…) in place of each `…`."""
    for rank, at in reversed(list(enumerate(sorted(backquotes)))):
        text = text[:at] + (")" if rank % 2 else "$(") + text[at + 1 :]
    return text


def _odd_character(text: str) -> str:
    if text.isascii() and (found := _ODD.search(text)) is None:
        return ""
    if found := _ODD.search(text):
        return found.group()
    return next((c for c in text if c in _LOOK_ALIKES or _is_disguised_ascii(c)), "")


def _is_disguised_ascii(character: str) -> bool:
    """Say whether a character is a variant of an ASCII one, such as a full-width letter."""
    return not character.isascii() and unicodedata.normalize("NFKC", character).isascii()


def _longest_beginning(text: str, reader: Reader) -> Block:
    """Return the longest beginning that is a whole text, at least the commands that were read before it broke off."""
    ends = [found.start() for found in _SEPARATOR.finditer(text[:MAX_CHARS])][: -_MAX_BEGINNINGS - 1 : -1]
    for end in ends:
        try:
            return Reader(text[:end]).block([""])
        except (UnreadableError, RecursionError):
            continue
    return Block(tuple(reader.done))


def _difference(text: str, reader: Reader) -> str:
    """Return where the two readers differ, "" when they agree on every command, word and target."""
    root = parser().parse(_NOT_ASCII.sub("x", text).encode("ascii")).root_node
    if root.has_error:
        return "a syntax error, as one of two readers says"
    names, words, targets = set[int](), list[Span](), list[Span]()
    _collect(root, names, words, targets)
    mine = [spans for spans in reader.spans if not _is_no_command(text, spans[0])]
    if names != {spans[0][0] for spans in mine}:
        return "commands that can be read in two ways"
    theirs = _touching_joined([span for span in [*words, *targets] if _is_compared(text, span)])
    words = [span for spans in mine for span in spans if _is_compared(text, span)]
    if _touching_joined([*words, *reader.targets]) != theirs:
        return "words that can be read in two ways"
    return ""


def _is_compared(text: str, span: Span) -> bool:
    """Say whether a word counts; tree-sitter drops blanks with a backslash, and a lone dash before a here-document."""
    return text[span[0] : span[1]].strip("\\ \t") not in ("", "-")


def _touching_joined(spans: list[Span]) -> list[Span]:
    """Return the spans in order, those without anything in between as one."""
    whole = list[Span]()
    for start, end in sorted(spans):
        if whole and whole[-1][1] == start:
            whole[-1] = (whole[-1][0], end)
        else:
            whole.append((start, end))
    return whole


def _is_no_command(text: str, name: Span) -> bool:
    word = text[name[0] : name[1]]
    return word == "[" or word in _DECLARERS


def _collect(node: "Node", names: set[int], words: list[Span], targets: list[Span]) -> None:
    """List where commands begin, where their words stand, and where redirections lead, anywhere below a node."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        children = here.children
        waiting += children
        if here.type == "command":
            found = [child for child in children if child.type == "command_name" or child.type in _WORDS]
            names.add(found[0].start_byte if found else here.start_byte)
            words += [(word.start_byte, word.end_byte) for word in found]
        elif here.type == "file_redirect":
            targets += [(child.start_byte, child.end_byte) for child in children if child.type in _WORDS]
