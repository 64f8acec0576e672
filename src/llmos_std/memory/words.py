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

MOST_LOOKED_AT = 2_000
"""In a library of more traces a search for goals that read alike does not look for files that were edited in place."""

_POOL = 50
_MOST_RANKED = 1_000
"""How many goals are ranked: words that stand in more tell nothing apart, and ranking them all would take long."""

_MOST_WORDS = 32
"""How many words of a goal are looked at, the longest first."""

_IS_NEW = "no > coalesce((SELECT rowid FROM words ORDER BY rowid DESC LIMIT 1), 0)"
_COLUMNS = "files.no, files.name, files.sha256, files.id, files.goals"


def candidates(library: Library, goal: str, limit: int) -> tuple[tuple[Trace, float], ...]:
    """Return at most `limit` traces whose goals share words with `goal`, best first, each with its likeness 0–1."""
    asked = words(goal)
    if limit < 1 or not asked or not _is_ready(library):
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


def goals(library: Library, after: int) -> list[tuple[int, str, str]]:
    """Return (file number, trace id, wording) of every goal and alias in files numbered above `after`."""
    if not _is_ready(library):
        return []
    query = "SELECT no, id, goals FROM files WHERE no > ? AND problem = '' ORDER BY no"
    rows = library.index.database.rows(query, (after,))
    return [(no, trace_id, wording) for no, trace_id, text in rows for wording in str(text).split(BETWEEN_GOALS)]


def _is_ready(library: Library) -> bool:
    """Bring the index up to the folder; among few traces also to files edited in place, which takes a look at each."""
    is_large = bool(library.index.database.rows(f"SELECT 1 FROM files LIMIT 1 OFFSET {MOST_LOOKED_AT}"))  # noqa: S608
    return library.is_current() if is_large else library.is_scanned()


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
    rarest = _rarest(library, asked)
    if not rarest:
        return []
    chosen = _rare_enough(rarest)
    order = "words.rank" if rarest[0][0] <= _MOST_RANKED else "words.rowid DESC"
    query = (
        f"SELECT {_COLUMNS} FROM words JOIN files ON files.no = words.rowid"  # noqa: S608
        f" WHERE words MATCH ? ORDER BY {order} LIMIT {_POOL}"
    )
    return database.rows(query, (" OR ".join(f'"{word}"' for word in chosen),))


def _rarest(library: Library, asked: frozenset[str]) -> list[tuple[int, str]]:
    """Return the rarest of the words that any goal has, each with the number of its goals, which is not counted on."""
    query = "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)"
    longest = sorted(asked, key=lambda word: (-len(word), word))[:_MOST_WORDS]
    counted = [(library.index.database.rows(query, (f'"{word}"', _MOST_RANKED + 1))[0][0], word) for word in longest]
    return sorted((pair for pair in counted if pair[0]), key=lambda pair: pair[0])[:RAREST]


def _rare_enough(rarest: list[tuple[int, str]]) -> list[str]:
    """Return the rarest word, and as many others as keep the goals to be ranked few."""
    chosen, ranked = [rarest[0][1]], rarest[0][0]
    for count, term in rarest[1:]:
        ranked += count
        if ranked > _MOST_RANKED:
            break
        chosen.append(term)
    return chosen


def _bring_up(library: Library) -> None:
    """Make the word index if there is none, and add the files that came since; their numbers only ever grow."""
    database = library.index.database
    is_made = bool(database.rows("SELECT 1 FROM sqlite_master WHERE name = 'words'"))
    if is_made and not database.rows(f"SELECT 1 FROM files WHERE {_IS_NEW} LIMIT 1"):  # noqa: S608
        return
    with library.open_writing() as connection:
        connection.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (goals, tokenize = 'unicode61 remove_diacritics 0')"
        )
        connection.execute(f"INSERT INTO words (rowid, goals) SELECT no, goals FROM files WHERE {_IS_NEW}")  # noqa: S608
