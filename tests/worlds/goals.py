"""Goals as people type them, made of typed words, and the ways to make another task of one."""

from collections.abc import Callable

from hypothesis import strategies as st

Word = tuple[str, str]
"""The kind of a word (verb, small, noun, file, name, number, unit, quoted) and its text."""

_VERBS = ("create", "delete", "copy", "list", "send", "rename", "count", "write", "move")
_FILES = ("a.txt", "report.md", "src/main.py", "~/Documents", "/tmp/cache", "Data.CSV", "config.yaml")
_NAMES = ("Ann", "bob", "Paris", "staging", "production", "jsmith", "INV-77", "feature/login")
_QUOTED = ("'hi there'", '"fix login bug"', "'a  b'", '"Don\'t panic"', "'yes'", '"The End"')
_UNITS = ("MB", "GB", "days", "hours", "lines")
_NOUNS = ("file", "folder", "logs", "report", "users", "branch", "backup")
_SMALL = ("the", "in", "to", "from", "with", "of", "for", "by")

_POOLS: dict[str, tuple[str, ...]] = {
    "verb": _VERBS,
    "small": _SMALL,
    "noun": _NOUNS,
    "file": _FILES,
    "name": _NAMES,
    "quoted": _QUOTED,
    "unit": _UNITS,
}


def words() -> st.SearchStrategy[list[Word]]:
    """Draw the words of a goal: a verb, then two to seven others."""
    others = [st.tuples(st.just(kind), st.sampled_from(pool)) for kind, pool in _POOLS.items() if kind != "verb"]
    numbers = st.tuples(st.just("number"), st.integers(0, 2000).map(str))
    rest = st.lists(st.one_of(*others, numbers), min_size=2, max_size=7)
    return st.tuples(st.sampled_from(_VERBS), rest).map(lambda drawn: [("verb", drawn[0]), *drawn[1]])


def said(given: list[Word]) -> str:
    """Return the goal as text."""
    return " ".join(text for _, text in given)


@st.composite
def spoiled(draw: st.DrawFn, given: list[Word]) -> str:
    """Draw the text of another task: one thing changed that a person would insist on."""
    changed = draw(st.sampled_from(SPOILERS))(draw, list(given))
    return said(changed)


Spoiler = Callable[[st.DrawFn, list[Word]], list[Word]]


def _other_word(draw: st.DrawFn, given: list[Word]) -> list[Word]:
    """Put another number, name, file, unit, quotation, noun or verb in the place of one."""
    at = draw(st.integers(0, len(given) - 1))
    kind, text = given[at]
    pool = st.integers(0, 2000).map(str) if kind == "number" else st.sampled_from(_POOLS[kind])
    given[at] = (kind, draw(pool.filter(lambda other: other != text)))
    return given


def _other_case(draw: st.DrawFn, given: list[Word]) -> list[Word]:
    """Change the case of one word that is not the first."""
    at = draw(st.integers(1, len(given) - 1))
    kind, text = given[at]
    given[at] = (kind, draw(st.sampled_from((text.upper(), text.lower(), text.swapcase(), text.title()))))
    return given


def _negated(draw: st.DrawFn, given: list[Word]) -> list[Word]:
    at = draw(st.integers(0, len(given)))
    return [*given[:at], ("small", draw(st.sampled_from(("not", "never", "except", "without", "don't")))), *given[at:]]


def _reordered(draw: st.DrawFn, given: list[Word]) -> list[Word]:
    one, other = draw(st.integers(0, len(given) - 1)), draw(st.integers(0, len(given) - 1))
    given[one], given[other] = given[other], given[one]
    return given


def _longer(draw: st.DrawFn, given: list[Word]) -> list[Word]:
    at = draw(st.integers(0, len(given)))
    extra = draw(st.sampled_from(("all", "only", "a.txt", "and", "twice", "Ann", "7", ".", "?")))
    return [*given[:at], ("noun", extra), *given[at:]]


def _shorter(draw: st.DrawFn, given: list[Word]) -> list[Word]:
    at = draw(st.integers(0, len(given) - 1))
    return [*given[:at], *given[at + 1 :]]


def _other_marks(draw: st.DrawFn, given: list[Word]) -> list[Word]:
    """Add punctuation to one word: it may be content."""
    at = draw(st.integers(0, len(given) - 1))
    kind, text = given[at]
    given[at] = (kind, text + draw(st.sampled_from((".", "?", ",", "/", "*", "s", "-", "0"))))
    return given


def _other_quotation(draw: st.DrawFn, given: list[Word]) -> list[Word]:
    """Change white space or one character inside a quotation, if there is one; else add one."""
    quoted = [at for at, (kind, _) in enumerate(given) if kind == "quoted"]
    if not quoted:
        return [*given, ("quoted", "'more'")]
    at = draw(st.sampled_from(quoted))
    mark, inside = given[at][1][0], given[at][1][1:-1]
    inside = draw(st.sampled_from((inside + " ", " " + inside, inside + "!", inside.replace(" ", "\n", 1) + "x")))
    given[at] = ("quoted", f"{mark}{inside}{mark}")
    return given


SPOILERS: tuple[Spoiler, ...] = (
    _other_word,
    _other_case,
    _negated,
    _reordered,
    _longer,
    _shorter,
    _other_marks,
    _other_quotation,
)
