"""Turn words into what the program will get: braces, tilde, variables, substitutions, splitting, in bash's order.

An expansion that is not fully understood leaves a hole; a hole says where its text comes from.
"""

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import islice

from llmos_std.shell.judging.braces import expand_braces
from llmos_std.shell.judging.hijack import has_code_in_index
from llmos_std.shell.judging.state import State
from llmos_std.shell.judging.values import HOLE, Found, Hole, Stream, Text, joined, unknown
from llmos_std.shell.tree import Arithmetic, Literal, Part, Substitution, Variable, Word

Run = Callable[[Substitution], Stream]
"""Judges the commands of a substitution and says what they would write."""

INNER_BASE = 0xF100
INNER = re.compile("[\uf100-\uf7ff]")
"""Signs that stand, in code for an inner shell, for the holes of the text that holds this code."""

_BASE = 0xE100
_GLOB_SIGNS = frozenset("*?[")
_SLICE = re.compile(r":\s*(\d+)(?::\s*(\d+))?")
_TILDE = re.compile(r"~([\w.-]*|\+|-)(?=/|$)")
_MAX_TEXTS = 400


class Expander:
    """Expands words in a state; `run` is asked about substitutions, `doubt` is told which code nobody can follow."""

    def __init__(self, state: State, run: Run, doubt: Callable[[str], None]) -> None:
        self._state = state
        self._run = run
        self._doubt = doubt

    def arguments(self, words: Sequence[Word]) -> list[Text]:
        """Return what several words become: none, one or many texts each."""
        texts = [text for word in words for text in self.word(word)]
        return texts if len(texts) <= _MAX_TEXTS else [*texts[:_MAX_TEXTS], unknown("computed")]

    def word(self, word: Word) -> list[Text]:
        """Return what one word becomes."""
        if (
            (plain := word.plain) is not None
            and plain.isascii()
            and not _GLOB_SIGNS & set(plain)
            and "{" not in plain
            and "~" not in plain
        ):
            return [Text(plain, (), False, word.raw)]
        texts = list[Text]()
        for parts in _braced(word.parts):
            pieces = self._pieces(_with_tilde(parts, self._state.home, self._state.cwd))
            texts += _split(self._by_own_separators(pieces), word.raw)
        return texts

    def items(self, words: Sequence[Word]) -> list[Text]:
        """Return what the words of a list become; of one with numbers or names of its own, nothing is known."""
        texts = self.arguments(words)
        return [unknown("computed")] if any(re.match(r"\[.*\]\+?=", text.text) for text in texts) else texts

    def single(self, word: Word) -> Text:
        """Return what a word becomes where nothing is split, as in an assignment or a redirection."""
        parts = _with_tilde(word.parts, self._state.home, self._state.cwd)
        pieces = self._pieces(parts)
        whole = joined([text for piece, _ in pieces for text in piece])
        return Text(whole.text, whole.holes, whole.is_glob and any(_has_glob(part) for part in parts), word.raw)

    def look(self, parts: Sequence[Part]) -> None:
        """Judge the substitutions in parts whose text does not matter."""
        self._pieces(parts)
        if any(isinstance(part, Literal) and has_code_in_index(part.text) for part in parts):
            self._doubt("code in the index of a name")

    def _pieces(self, parts: Sequence[Part]) -> list[tuple[list[Text], bool]]:
        """Return for each part its texts – several only for a list – and whether it is quoted."""
        return [self._piece(part) for part in parts]

    def _by_own_separators(self, pieces: list[tuple[list[Text], bool]]) -> list[tuple[list[Text], bool]]:
        """Return the pieces with an unknown for what this line's own IFS splits in other places than at blanks."""
        if "IFS" not in self._state.variables:
            return pieces
        signs = self._state.value("IFS")[0].literal

        def known(text: Text) -> Text:
            is_cut = signs is None or bool((set(signs) - set(" \t\n")) & set(text.text))
            return unknown("computed", raw=text.raw) if is_cut else text

        return [(texts if is_quoted else list(map(known, texts)), is_quoted) for texts, is_quoted in pieces]

    def _piece(self, part: Part) -> tuple[list[Text], bool]:
        if isinstance(part, Literal):
            return [self._literal(part)], True
        if isinstance(part, Arithmetic):
            self.look(part.parts)
            return [unknown("plain")], True
        if isinstance(part, Substitution):
            stream = self._run(part)
            if part.sign != "$":
                return [Text("/dev/fd/" + HOLE, (stream.hole if stream.texts is None else Hole("computed"),))], True
            return [stream.value()], part.is_quoted
        return self._variable(part), part.is_quoted

    def _literal(self, part: Literal) -> Text:
        """Return a literal as it is; signs that stand for holes of an outer text become holes again."""
        if part.text.isascii() or not (found := INNER.findall(part.text)):
            return Text(part.text, (), _has_glob(part))
        holes = tuple(self._state.inner[ord(sign) - INNER_BASE] for sign in found)
        return Text(INNER.sub(HOLE, part.text), holes, _has_glob(part))

    def _variable(self, part: Variable) -> list[Text]:
        is_list, name = part.name.endswith("[]") or part.name in "@*", part.name.removesuffix("[]")
        texts = list(self._state.value(name))
        if not part.operation:
            self.look(part.parts)
            return texts if is_list else texts[:1] or [Text()]
        if part.operation.startswith(("#", "!")) and not part.operation[1:]:
            return [unknown("plain" if part.operation[0] == "#" else "secret")]
        inner = joined([text for piece, _ in self._pieces(part.parts) for text in piece])
        is_set = name in self._state.variables
        return [self._operated(text, part.operation, inner, is_set=is_set) for text in (texts or [Text()])]

    def _operated(self, text: Text, operation: str, inner: Text, *, is_set: bool) -> Text:
        sign = operation.lstrip(":")[:1]
        if sign in "-=" and sign and (not is_set or not text.text):
            return inner_without(inner, operation)
        if sign in "-=?" and sign:
            return text
        if sign == "+":
            return inner_without(inner, operation)
        if operation.startswith("@P"):
            self._doubt("a variable that is expanded as a prompt, with all code in it")
        if operation.startswith(("!", "@")):
            return unknown("secret" if operation.startswith("!") else "computed")
        if text.literal is None or inner.holes:
            return _altered(text, operation, inner)
        return _computed(text.text, operation)


def inner_without(inner: Text, operation: str) -> Text:
    """Return the word of ${name:-word} without its sign."""
    length = 2 if operation.startswith(":") else 1
    return Text(inner.text[length:], inner.holes, inner.is_glob)


def _altered(text: Text, operation: str, inner: Text) -> Text:
    """Return what is known of a text with holes after an operation such as ${f%.txt}."""
    if inner.worst() in ("computed", "secret", "processes") or not text.text.startswith(HOLE):
        return unknown("computed") if text.worst() not in ("env", "plain", "names", "content") else unknown("content")
    hole = text.holes[0]
    if "/" in operation.lstrip("/").rstrip("/") and operation[0] in "%#" and hole.found is not None:
        return unknown("names", Found(hole.found.roots, False, hole.found.pattern))
    if "/" in inner.text.replace("/", "", 2) or ".." in inner.text:
        return unknown("content")
    return text


def _computed(text: str, operation: str) -> Text:
    sign, pattern = operation[0], operation.lstrip("%#^,/")
    if found := _SLICE.fullmatch(operation):
        start = int(found.group(1))
        return Text(text[start : start + int(found.group(2))] if found.group(2) else text[start:])
    if sign in "^,":
        change = str.upper if sign == "^" else str.lower
        return Text(change(text) if operation[:2] in ("^^", ",,") else change(text[:1]) + text[1:])
    if sign in ("%", "#"):
        return Text(_trimmed(text, pattern, from_end=sign == "%", most=operation[:2] in ("%%", "##")))
    if sign == "/":
        old, _, new = pattern.partition("/")
        if _GLOB_SIGNS & set(old) or "\\" in pattern or "$" in pattern or old[:1] in "#%":
            return unknown("computed")
        return Text(text.replace(old, new) if operation.startswith("//") else text.replace(old, new, 1))
    return unknown("computed")


def _trimmed(text: str, pattern: str, *, from_end: bool, most: bool) -> str:
    pattern = pattern.replace("\\", "").replace("'", "").replace('"', "")
    lengths = range(len(text) + 1)
    for length in reversed(lengths) if most else lengths:
        piece = text[len(text) - length :] if from_end else text[:length]
        if fnmatchcase(piece, pattern):
            return text[: len(text) - length] if from_end else text[length:]
    return text


def _has_glob(part: Part) -> bool:
    return isinstance(part, Literal) and not part.is_quoted and bool(_GLOB_SIGNS & set(part.text))


def _braced(parts: tuple[Part, ...]) -> list[tuple[Part, ...]]:
    """Return the words that braces make of a word: only unquoted braces count, whatever stands between them."""
    if not any(isinstance(part, Literal) and not part.is_quoted and "{" in part.text for part in parts):
        return [parts]
    coded = "".join(
        part.text if isinstance(part, Literal) and not part.is_quoted else chr(_BASE + index)
        for index, part in enumerate(parts)
    )
    words = list[tuple[Part, ...]]()
    for text in expand_braces(coded):
        pieces = re.findall(r"[\ue100-\uf0ff]|[^\ue100-\uf0ff]+", text)
        words.append(tuple(parts[ord(p) - _BASE] if "\ue100" <= p <= "\uf0ff" else Literal(p) for p in pieces))
    return words


def _with_tilde(parts: tuple[Part, ...], home: str, cwd: str | None) -> tuple[Part, ...]:
    """Return the parts with the home folder in place of a tilde that begins the word."""
    if not parts or not isinstance(parts[0], Literal) or parts[0].is_quoted or not parts[0].text.startswith("~"):
        return parts
    found = _TILDE.match(parts[0].text)
    if found is None:
        return parts
    name = found.group(1)
    folder = {"": home, "+": cwd or "/nowhere", "-": "/nowhere", "root": "/root"}.get(name) or posixpath.join(
        "/home", name
    )
    return (Literal(folder, True), Literal(parts[0].text[found.end() :]), *parts[1:])


def _split(pieces: list[tuple[list[Text], bool]], raw: str) -> list[Text]:
    """Return the words that the texts of the parts of one word make, split where an unquoted value has blanks."""
    words: list[list[Text]] = [[]]
    has_text = False
    for texts, is_quoted in pieces:
        for index, text in enumerate(texts):
            if index:
                words.append([])
            if is_quoted:
                words[-1].append(text)
                has_text = True
                continue
            first, *rest = re.split(r"[ \t\n]+", text.text) if text.text.strip(" \t\n") else [""]
            holes = iter(text.holes)
            words[-1].append(_unquoted(first, holes))
            words += [[_unquoted(piece, holes)] for piece in rest]
    found = [joined(word) for word in words]
    kept = [text for text in found if text.text] or ([found[0]] if has_text else [])
    return [Text(text.text, text.holes, text.is_glob, raw) for text in kept]


def _unquoted(piece: str, holes: Iterator[Hole]) -> Text:
    taken = tuple(Hole(hole.origin, hole.found, True) for hole in islice(holes, piece.count(HOLE)))
    return Text(piece, taken, bool(_GLOB_SIGNS & set(piece)))
