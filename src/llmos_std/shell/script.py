"""What a shell command consists of, as far as it can be known without running it."""

from llmos_core.types.record import Record

SUBSTITUTED = "llmos-substituted-text"
"""Stands in `Script.spliced` for what a $(…) will be replaced by."""


class Word(Record):
    """One word as written (`raw`) and as the program will get it (`text`, None when an expansion decides that)."""

    raw: str
    text: str | None
    is_glob: bool = False


class Command(Record):
    """One simple command. `sources` are the commands whose output it gets, by a pipe or inside its own words."""

    words: tuple[Word, ...]
    sources: tuple["Command", ...] = ()


class Redirect(Record):
    """One redirection: `operator` (<, >, >>, >& …) and where it leads."""

    operator: str
    target: Word


class Script(Record):
    """All simple commands of a text, at any depth, in order.

    `strange` names the first thing that was not followed ("" when there is none). `substitutions` are the texts inside
    the outermost $(…), and `spliced` is the text with SUBSTITUTED in their place. `here_texts` are literal texts given
    as input. Only `strange` decides about trust; `is_broken` says that the text as a whole was not understood.
    """

    commands: tuple[Command, ...] = ()
    redirects: tuple[Redirect, ...] = ()
    here_texts: tuple[str, ...] = ()
    substitutions: tuple[str, ...] = ()
    spliced: str = ""
    strange: str = ""
    is_broken: bool = False
