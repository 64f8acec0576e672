"""What a shell text consists of: words with their parts, simple commands, and what holds commands together.

A tree is only a description: nothing in it was expanded, looked up or run.
"""

from collections.abc import Sequence
from typing import TypeAlias, Union

from llmos_core.types.record import Record


class Literal(Record, kw_only=False):
    """Text that stays as it is; unquoted text may still hold patterns, braces and a tilde."""

    text: str
    is_quoted: bool = False


class Variable(Record, kw_only=False):
    """$name or ${name…}: `operation` is what follows the name as written, `parts` the expansions inside of it."""

    name: str
    operation: str = ""
    parts: "tuple[Part, ...]" = ()
    is_quoted: bool = False


class Substitution(Record, kw_only=False):
    """$(…), `…`, <(…) or >(…): `sign` is "$", "<" or ">"."""

    body: "Block"
    sign: str = "$"
    is_quoted: bool = False


class Arithmetic(Record, kw_only=False):
    """$((…)): a number; the expansions inside of it are its parts."""

    parts: "tuple[Part, ...]"


Part: TypeAlias = Union[Literal, Variable, Substitution, Arithmetic]  # noqa: UP007 – "Substitution" comes back to it


class Word(Record, kw_only=False):
    """One word: as written, where it stands in the text, and its parts in order."""

    raw: str
    start: int
    parts: tuple[Part, ...]

    @property
    def plain(self) -> str | None:
        """The text when nothing in the word is expanded or quoted, else None."""
        if len(self.parts) == 1 and isinstance(self.parts[0], Literal) and not self.parts[0].is_quoted:
            return self.parts[0].text
        return None


class Redirect(Record, kw_only=False):
    """One redirection. For here-documents and here-strings, `target` is the text itself."""

    operator: str
    target: Word
    descriptor: str = ""


class Assignment(Record, kw_only=False):
    """name=value, name+=value, or name=(items); `index` holds the expansions of name[index]=."""

    name: str
    value: Word | None
    items: tuple[Word, ...] | None = None
    is_appending: bool = False
    index: tuple[Part, ...] = ()


class Simple(Record, kw_only=False):
    """One simple command: assignments, words, redirections, each in order."""

    raw: str
    assignments: tuple[Assignment, ...]
    words: tuple[Word, ...]
    redirects: Sequence[Redirect]


class Pipeline(Record, kw_only=False):
    """Commands, each of which reads what the one before writes."""

    stages: "tuple[Node, ...]"


class Group(Record, kw_only=False):
    """{ … } or ( … ), with the redirections that hold for all of it."""

    body: "Block"
    is_apart: bool
    redirects: tuple[Redirect, ...] = ()


class For(Record, kw_only=False):
    """A loop over words (None: the positional parameters); also `select`."""

    name: str
    words: tuple[Word, ...] | None
    body: "Block"
    redirects: tuple[Redirect, ...] = ()


class Loop(Record, kw_only=False):
    """A loop as long as a condition holds, or does not; also for ((…)), whose expansions are `parts`."""

    condition: "Block"
    body: "Block"
    redirects: tuple[Redirect, ...] = ()
    parts: tuple[Part, ...] = ()


class Branch(Record, kw_only=False):
    """if or case: every block may run, in this order. `words` are what a case looks at and its patterns."""

    blocks: "tuple[Block, ...]"
    words: tuple[Word, ...] = ()
    redirects: tuple[Redirect, ...] = ()


class Define(Record, kw_only=False):
    """A function."""

    name: str
    body: "Node"


class Condition(Record, kw_only=False):
    """[[ … ]] or ((…)): runs nothing but the substitutions in its parts."""

    raw: str
    parts: tuple[Part, ...]
    redirects: tuple[Redirect, ...] = ()


class Block(Record, kw_only=False):
    """Commands one after the other, whatever stands between them."""

    nodes: "tuple[Node, ...]"


Node: TypeAlias = Union[Simple, Pipeline, Group, For, Loop, Branch, Define, Condition]  # noqa: UP007 – see Part
