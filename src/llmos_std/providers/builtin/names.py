"""Which tokens name a file or a folder.

A name is plain: relative, without wildcards, never climbing out of the workspace and never inside `.git` or `.llmos`.
Without quotes a file must look like one (`notes.txt`, `src/main.c`, `.gitignore`, `Makefile`), unless the goal calls
it a file.
"""

import re
from collections.abc import Iterator
from enum import Enum

from llmos_std.providers.builtin.lexing import Kind, Token
from llmos_std.providers.builtin.phrases import Clause
from llmos_std.providers.builtin.words import FILE_KINDS, KNOWN_FILES, NOT_NAMES, RESULT_NOUNS

MAX_NAME_LENGTH = 200
MAX_NAMES = 50
_FORBIDDEN = re.compile(r"[*?\[\]{}<>|\"$\\:;&`~!\x00-\x1f\x7f]")
_BARE = re.compile(r"[\w./-]+")
_ENDING = re.compile(r"[\w.-]*\.[A-Za-z]\w{0,9}")
_WILD = re.compile(r"\*?\.(\w+)")
_PRIVATE = frozenset({"..", ".git", ".llmos"})


class Pronoun(Enum):
    """A word that stands for what the clause before it made."""

    IT = "it"


def plain_path(text: str) -> str:
    """Return `text` as a plain relative path, "" when it is none."""
    path = text.removeprefix("./")
    parts = path.split("/")
    is_plain = (
        path == path.strip()
        and 0 < len(path) <= MAX_NAME_LENGTH
        and not _FORBIDDEN.search(path)
        and path[0] not in "/-"
        and not any(part in _PRIVATE or part in ("", ".") for part in parts)
    )
    return path if is_plain else ""


def looks_like_file(text: str) -> bool:
    """Say whether an unquoted word names a file by its look alone."""
    last = text.rsplit("/", 1)[-1]
    return _BARE.fullmatch(text) is not None and (_ENDING.fullmatch(last) is not None or last.lower() in KNOWN_FILES)


def file_name(token: Token) -> str:
    """Return the path of a token that is a file by itself, "" when it is none."""
    if token.kind is Kind.QUOTED or (token.kind is Kind.WORD and looks_like_file(token.text)):
        return plain_path(token.text)
    return ""


def given_name(token: Token) -> str:
    """Return the path of a token that the goal calls a file or folder (`called notes`), "" when it cannot be one."""
    if token.kind is Kind.QUOTED:
        return plain_path(token.text.removesuffix("/"))
    if (
        token.kind is Kind.WORD
        and _BARE.fullmatch(token.text)
        and token.word not in NOT_NAMES
        and not token.word.endswith("ly")
    ):
        return plain_path(token.text.removesuffix("/"))
    return ""


def _sequence(clause: Clause, at: int, words: str) -> int:
    """Return the place after `words` when they stand at `at`, else -1."""
    wanted = words.split()
    seen = [token.word for token in clause.tokens[at : at + len(wanted)]]
    return at + len(wanted) if seen == wanted else -1


def _named(clause: Clause, at: int, before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[tuple[int, Token]]:
    """Yield (place, token) for a token with one of the word sequences before it and one of those after it."""
    for words in before:
        place = _sequence(clause, at, words)
        if not 0 <= place < len(clause.tokens):
            continue
        for more in after:
            end = _sequence(clause, place + 1, more)
            if end != -1:
                yield end, clause.tokens[place]


_FILE_BEFORE = ("", "the", "file", "the file", "the text file", "the file called", "the file named")
_FILE_CALLED = ("a file called", "a file named", "a new file called", "a new file named", "a text file called")
_FILE_PRONOUNS = ("it", "that file", "the file", "this file", "the new file", "the script")


def file_slot(clause: Clause, at: int) -> Iterator[tuple[int, str | Pronoun]]:
    """Accept one file: `a.txt`, `the file a.txt`, `the "a b.txt" file`, or a pronoun."""
    for end, token in _named(clause, at, _FILE_BEFORE, ("", "file")):
        if path := file_name(token):
            yield end, path
    for end, token in _named(clause, at, _FILE_CALLED, ("",)):
        if path := given_name(token):
            yield end, path
    yield from _pronouns(clause, at, _FILE_PRONOUNS)


def new_file_slot(clause: Clause, at: int) -> Iterator[tuple[int, str]]:
    """Accept the one token of a file that is to be made."""
    if at < len(clause.tokens) and (path := file_name(clause.tokens[at])):
        yield at + 1, path


def words_slot(clause: Clause, at: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Accept two or more files with nothing between them, as a shell has them."""
    names = [file_name(token) for token in clause.tokens[at:]]
    if len(names) > 1 and all(names):
        yield len(clause.tokens), tuple(names)


def its_slot(clause: Clause, at: int) -> Iterator[tuple[int, Pronoun]]:
    """Accept `its`: of the file that the clause before made."""
    yield from _pronouns(clause, at, ("its",))


def files_slot(clause: Clause, at: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Accept two or more files: `a.txt, b.txt and c.txt`, `the files a.txt and b.txt`."""
    for words in ("", "the files", "files", "the"):
        place = _sequence(clause, at, words)
        if 0 <= place < len(clause.tokens):
            yield from _more_files(clause, place, ())


def _more_files(clause: Clause, at: int, found: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
    path = file_name(clause.tokens[at]) if at < len(clause.tokens) else ""
    if not path or len(found) == MAX_NAMES:
        return
    found = (*found, path)
    if len(found) > 1:
        yield at + 1, found
    for joint in (",", "and", ", and", "with" if len(found) == 1 else ","):
        place = _sequence(clause, at + 1, joint)
        if place != -1:
            yield from _more_files(clause, place, found)


def names_slot(clause: Clause, at: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Accept two or more names of folders: `src, tests and docs`."""
    yield from _more_names(clause, at, ())


def _more_names(clause: Clause, at: int, found: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
    for end, name in name_slot(clause, at) if len(found) < MAX_NAMES else ():
        names = (*found, name)
        if len(names) > 1:
            yield end, names
        for joint in (",", "and", ", and"):
            place = _sequence(clause, end, joint)
            if place != -1:
                yield from _more_names(clause, place, names)


def name_slot(clause: Clause, at: int) -> Iterator[tuple[int, str]]:
    """Accept the one token after `called`."""
    if at < len(clause.tokens) and (path := given_name(clause.tokens[at])):
        yield at + 1, path


_RESULTS = ("it", "them", "that", "the result", "the results", "the output", "the answer", "its output")


def result_slot(clause: Clause, at: int) -> Iterator[tuple[int, str]]:
    """Accept what the clause before found, as "" when the goal does not say which noun it means: `it`, `the count`."""
    for words in _RESULTS:
        end = _sequence(clause, at, words)
        if end != -1:
            yield end, ""
    for article in ("the", "its"):
        place = _sequence(clause, at, article)
        if 0 <= place < len(clause.tokens) and clause.tokens[place].word in RESULT_NOUNS:
            yield place + 1, clause.tokens[place].word


_FOLDER_WORDS = ("folder", "directory", "dir", "subfolder", "subdirectory")
_FOLDER_BEFORE = tuple(
    f"{article}{word}{called}"
    for article in ("", "the ", "a ", "a new ")
    for word in _FOLDER_WORDS
    for called in ("", " called", " named")
)


def folder_slot(clause: Clause, at: int) -> Iterator[tuple[int, str | Pronoun]]:
    """Accept one folder: `the folder docs`, `the docs folder`, `docs/`, or a pronoun."""
    for end, token in _named(clause, at, _FOLDER_BEFORE, ("",)):
        if path := given_name(token):
            yield end, path
    for end, token in _named(clause, at, ("", "the", "a"), _FOLDER_WORDS):
        if path := given_name(token):
            yield end, path
    for end, token in _named(clause, at, ("", "the"), ("",)):
        if token.kind is Kind.WORD and token.text.endswith("/") and (path := given_name(token)):
            yield end, path
    yield from _pronouns(clause, at, ("it", "that folder", "the folder", "this folder", "there"))


_HERE = (
    *("here", "this folder", "this directory", "the current folder", "the current directory", "the workspace"),
    *("the project", "this project", "current directory", "the folder", "the directory", "my folder"),
)


def place_slot(clause: Clause, at: int) -> Iterator[tuple[int, str | Pronoun]]:
    """Accept where to look: a folder, also by its bare name, or "" for the workspace itself."""
    for words in _HERE:
        end = _sequence(clause, at, words)
        if end != -1:
            yield end, ""
    for end, value in folder_slot(clause, at):
        if isinstance(value, str):
            yield end, value
    for end, token in _named(clause, at, ("", "the"), ("",)):
        if not looks_like_file(token.text) and (path := given_name(token)):
            yield end, path


def _pronouns(clause: Clause, at: int, pronouns: tuple[str, ...]) -> Iterator[tuple[int, Pronoun]]:
    for words in pronouns:
        end = _sequence(clause, at, words)
        if end != -1:
            yield end, Pronoun.IT


def file_kind_slot(clause: Clause, at: int) -> Iterator[tuple[int, str]]:
    """Accept a kind of file and yield its ending: `python`, `.md`, `*.csv`."""
    if at >= len(clause.tokens) or clause.tokens[at].kind is Kind.MARK:
        return
    token = clause.tokens[at]
    if ending := FILE_KINDS.get(token.word):
        yield at + 1, ending
    elif wild := _WILD.fullmatch(token.text):
        yield at + 1, wild[1]
