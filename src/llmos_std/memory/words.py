"""Goals that read alike, by their words: proposals, never proofs. The word index is made when it is first asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from llmos_std.memory.index import BETWEEN_GOALS, Row

if TYPE_CHECKING:
    from llmos_core.types.trace import Trace
    from llmos_std.memory.library import Library

RAREST = 4
"""How many words of a goal are searched for: the rarest tell goals apart, and are quick to look up."""

_POOL = 50
_COMMON = 2000
"""A word in more goals than this tells nothing apart, and ranking them all would take long."""

_IS_NEW = "no > coalesce((SELECT rowid FROM words ORDER BY rowid DESC LIMIT 1), 0)"
_COLUMNS = "files.no, files.name, files.sha256, files.id, files.goals"


def candidates(library: Library, goal: str, limit: int) -> tuple[tuple[Trace, float], ...]:
    """Return at most `limit` traces whose goals share words with `goal`, best first, each with its likeness 0–1."""
    asked = words(goal)
    if limit < 1 or not asked or not library.is_scanned():
        return ()
    rows = [
        (_best_likeness(asked, str(goals).split(BETWEEN_GOALS)), Row(*row)) for *row, goals in _likely(library, asked)
    ]
    found: dict[str, tuple[Trace, float]] = {}
    for _, row in sorted(rows, key=lambda each: -each[0]):
        if len(found) == limit:
            break
        if opened := library.opened(row):
            trace = opened[0].trace
            found.setdefault(opened[1].id, (trace, _best_likeness(asked, [trace.goal, *trace.aliases])))
    return tuple(sorted(found.values(), key=lambda each: -each[1]))


def words(text: str) -> frozenset[str]:
    """Return the words of a text, without case."""
    return frozenset(re.findall(r"[^\W_]+", text.lower()))


def _best_likeness(asked: frozenset[str], goals: list[str]) -> float:
    """Return the largest share of words in common (Dice): 1 for the same set, 0 for none."""
    return max(2 * len(asked & known) / (len(asked) + len(known)) for known in map(words, goals))


def _likely(library: Library, asked: frozenset[str]) -> list[tuple[Any, ...]]:
    """Return rows of files whose goals share one of the rarest words; all of them where SQLite has no word search."""
    database = library.index.database
    if not database.rows("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'"):
        return database.rows(f"SELECT {_COLUMNS} FROM files WHERE problem = ''")  # noqa: S608 – our own names
    _bring_up(library)
    marks = ", ".join("?" * len(asked))
    counted = database.rows(
        f"SELECT term, doc FROM vocabulary WHERE term IN ({marks})",  # noqa: S608 – only question marks
        sorted(asked),
    )
    rarest = sorted(((count, term) for term, count in counted))[:RAREST]
    chosen = [term for count, term in rarest if count <= _COMMON] or [term for _, term in rarest[:1]]
    if not chosen:
        return []
    order = "words.rank" if rarest[0][0] <= _COMMON else "words.rowid DESC"
    query = (
        f"SELECT {_COLUMNS} FROM words JOIN files ON files.no = words.rowid"  # noqa: S608
        f" WHERE words MATCH ? ORDER BY {order} LIMIT {_POOL}"
    )
    return database.rows(query, (" OR ".join(f'"{word}"' for word in chosen),))


def _bring_up(library: Library) -> None:
    """Make the word index if there is none, and add the files that came since; their numbers only ever grow."""
    database = library.index.database
    is_made = bool(database.rows("SELECT 1 FROM sqlite_master WHERE name = 'vocabulary'"))
    if is_made and not database.rows(f"SELECT 1 FROM files WHERE {_IS_NEW} LIMIT 1"):  # noqa: S608
        return
    with library.open_writing() as connection:
        connection.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (goals, tokenize = 'unicode61 remove_diacritics 0')"
        )
        connection.execute("CREATE VIRTUAL TABLE IF NOT EXISTS vocabulary USING fts5vocab (words, row)")
        connection.execute(f"INSERT INTO words (rowid, goals) SELECT no, goals FROM files WHERE {_IS_NEW}")  # noqa: S608
