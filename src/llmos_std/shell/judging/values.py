"""What a word will be, as far as it can be known: text with holes, and where each hole comes from.

An unknown is never guessed away: it stays a hole, and who judges a word has to say what it does about its holes.
"""

from typing import Literal as OneOf

from llmos_core.types.record import Record

HOLE = "\ue000"
"""Stands in a text for something that is not known."""

Origin = OneOf["env", "plain", "names", "content", "processes", "secret", "computed"]
"""Where an unknown comes from.

env: a variable that this text never sets; plain: a number or word without a slash or dash in front; names: paths that
were found below known folders; content: what files of the workspace say; processes: numbers of running processes;
secret: what should not leave; computed: what this very text makes up, which is how things are disguised.
"""


class Found(Record, kw_only=False):
    """Paths below `roots`. `is_picked` says that something more than the folder chose them, such as a name.

    `pattern` is the pattern of their names, "" when any name fits.
    """

    roots: tuple[str, ...] = (".",)
    is_picked: bool = False
    pattern: str = ""


class Hole(Record, kw_only=False):
    """One unknown piece of a text."""

    origin: Origin
    found: Found | None = None
    is_split: bool = False


class Text(Record, kw_only=False):
    """A text in which each HOLE stands for the hole of the same rank. `is_glob`: it is a pattern for file names."""

    text: str = ""
    holes: tuple[Hole, ...] = ()
    is_glob: bool = False
    raw: str = ""

    @property
    def literal(self) -> str | None:
        """The text when all of it is known, else None."""
        return None if self.holes or self.is_glob else self.text

    @property
    def shown(self) -> str:
        """The text for people, with … for what is not known."""
        return self.text.replace(HOLE, "…")

    def worst(self) -> Origin | None:
        """Return the least trusted origin of its holes, None when it has none."""
        return max((hole.origin for hole in self.holes), key=ORDER.index, default=None)


ORDER: tuple[Origin, ...] = ("plain", "env", "names", "content", "processes", "secret", "computed")
"""Origins, the most trusted first."""


MAX_LENGTH = 20_000
"""Characters of a text; of a longer one nothing is known."""

MAX_TEXTS = 400
"""Words of a list; of a longer one nothing is known."""


def unknown(origin: Origin, found: Found | None = None, raw: str = "") -> Text:
    """Return a text of which nothing is known but where it comes from."""
    return Text(HOLE, (Hole(origin, found),), False, raw)


def joined(texts: "list[Text] | tuple[Text, ...]", between: str = "") -> Text:
    """Return the texts one after the other; of what would be longer than any command line, nothing is known."""
    if sum(len(text.text) for text in texts) > MAX_LENGTH or len(texts) > MAX_LENGTH:
        return unknown("computed")
    holes = tuple(hole for text in texts for hole in text.holes)
    return Text(between.join(text.text for text in texts), holes, any(text.is_glob for text in texts))


class Stream(Record, kw_only=False):
    """What flows through a pipe: known words (`texts`), or an unknown of one origin. `is_foreign`: off the network."""

    texts: tuple[Text, ...] | None = None
    hole: Hole = Hole("computed")
    is_foreign: bool = False

    def value(self) -> Text:
        """Return the stream as the text that a substitution leaves."""
        return joined(self.texts, " ") if self.texts is not None else Text(HOLE, (self.hole,))


NOTHING = Stream((), Hole("plain"))
CONTENT = Stream(None, Hole("content"))
PLAIN = Stream(None, Hole("plain"))
