"""Read a trace file: a small strict parser for exactly what the writer writes, and for careful edits by hand.

Whatever is not expected is a TraceError that names the file and the line. Text inside values cannot become structure:
structure stands at column 0 or, in the two mappings of a step, at column 2, and values never reach a line's start.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NoReturn

from llmos_core.errors import TraceError
from llmos_std.memory.document import (
    FENCE_CLOSE,
    FENCE_OPEN,
    NESTED_KEYS,
    NOTES_HEADING,
    SCHEMA,
    STEPS_HEADING,
    Document,
)
from llmos_std.memory.lines import HIDDEN, INDENT, YAML_WORDS, decode, decode_name, step_heading
from llmos_std.memory.shapes import MONEY_KEYS, WrongValueError, document_of

_BOM = b"\xef\xbb\xbf"
_CONTROLS = bytes([*range(9), *range(11, 32), 127])
_LAST_LINE_END = {"|": "\n", "|2": "\n", "|-": "", "|2-": ""}


def parse(data: bytes, path: str = "") -> Document:
    """Return what the bytes of a trace file say; the trace's state is EDITED when its seal does not fit its content.

    Raises TraceError, naming `path` and the line, for anything but a trace file of this version.
    """
    reader = _Reader(data, path)
    try:
        return document_of(reader.structure())
    except WrongValueError as wrong:
        reader.fail(str(wrong), reader.line_of(wrong.step, wrong.key))
    except RecursionError:
        reader.fail("a value is nested too deeply to be read", 1)


def read_structure(data: bytes, path: str = "") -> dict[str, Any]:
    """Return the file as the one JSON object that specs/trace/1/schema.json describes, its values not yet judged.

    Money is a Decimal. Raises TraceError for what is not built like a trace file.
    """
    return _Reader(data, path).structure()


class _Reader:
    """A cursor over the lines of one file; `_at` is the index of the line that is looked at."""

    def __init__(self, data: bytes, path: str) -> None:
        self._path = path
        self._at = 0
        data = data.removeprefix(_BOM)
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n")
        self._lines = self._decoded(data).split("\n")

    def fail(self, message: str, number: int | None = None) -> NoReturn:
        """Raise the TraceError for line `number`, counted from 1, or for the line that is looked at."""
        number = self._at + 1 if number is None else number
        raise TraceError(f"{self._path or 'trace'}, line {number}: {message}", path=self._path, line=number)

    def line_of(self, step: int, key: str) -> int:
        """Return the number of the line that holds a key: of the front matter (`step` 0) or of step number `step`."""
        begins = [n for n, line in enumerate(self._lines) if not step or line.startswith(f"### Step {step} ")][:1]
        for number, line in enumerate(self._lines[begins[0] :], begins[0] + 1):
            if line.lstrip(" ").startswith((f"{key}:", f'"{key}":')):
                return number
        return begins[0] + 1

    def structure(self) -> dict[str, Any]:
        """Return the whole file as one JSON object."""
        found = self._front_matter()
        title = self._written()
        if title != "#" and not title.startswith("# "):
            self.fail("expected the title, '# ' and a line of text")
        self._step_over(STEPS_HEADING)
        steps: list[dict[str, Any]] = []
        while (heading := self._written(1)) != NOTES_HEADING:
            steps.append(self._step(len(steps) + 1, heading))
        notes = "\n".join(self._lines[self._at + 1 :])
        return {"front": found, "title": title[2:], "steps": steps, "notes": notes}

    def _decoded(self, data: bytes) -> str:
        """Return the text of the file; what stands before the notes may hide nothing."""
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            number = data.count(b"\n", 0, error.start) + 1
            self.fail(f"byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8", number)
        end = data.find(b"\n" + NOTES_HEADING.encode())
        machine = data if end < 0 else data[:end]
        if machine.isascii() and len(machine.translate(None, _CONTROLS)) == len(machine):
            return text
        import re

        if found := re.search(f"[{HIDDEN}]", machine.decode()):
            number = machine.decode().count("\n", 0, found.start()) + 1
            self.fail(f"the hidden character U+{ord(found[0]):04X} must be written as \\u{ord(found[0]):04x}", number)
        return text

    def _line(self) -> str:
        if self._at >= len(self._lines):
            self.fail(f"the file ends before '{NOTES_HEADING}': it was cut; restore it from a copy", len(self._lines))
        return self._lines[self._at]

    def _written(self, ahead: int = 0) -> str:
        """Go `ahead` lines on, then to the next line that is not blank, and return it without trailing white space."""
        self._at += ahead
        while not (text := self._line().rstrip()):
            self._at += 1
        return text

    def _step_over(self, expected: str) -> None:
        if (found := self._written(1)) != expected:
            self.fail(f"expected '{expected}', found '{found[:40]}'")

    def _value(self, text: str) -> Any:
        """Return the JSON value after a key's colon."""
        if text[:1] != " ":
            self.fail("expected ': ' after the name")
        try:
            return decode(text.strip())
        except ValueError as error:
            self.fail(f"expected one JSON value (text in double quotes) after the name: {error}")
        except RecursionError:
            self.fail("the value is nested too deeply to be read")

    def _front_matter(self) -> dict[str, Any]:
        if self._line().rstrip() != "---":
            self.fail("expected '---', the first line of a trace file")
        found: dict[str, Any] = {}
        while (text := self._written(1)) != "---":
            key, _, rest = text.partition(":")
            if key in found:
                self.fail(f"'{key}' stands here twice")
            value = self._value(rest)
            if key == "schema" and value != SCHEMA:
                self.fail(f'expected schema "{SCHEMA}", found {value!r}; a newer llmos may read it')
            found[key] = self._money(value, rest.strip()) if key in MONEY_KEYS else value
        self._at += 1
        return found

    def _money(self, value: object, digits: str) -> object:
        """Return a number as the Decimal of its digits, exactly; anything else as it is, to be refused by its key."""
        if type(value) not in {int, float}:
            return value
        if "e" in digits.lower():
            self.fail(f"expected plain decimal digits, found {digits[:40]}")
        return Decimal(digits)

    def _step(self, number: int, heading: str) -> dict[str, Any]:
        begin = self._at + 1
        if not heading.startswith(f"### Step {number} ·"):
            self.fail(f"expected '### Step {number} · …' or '{NOTES_HEADING}', found '{heading[:40]}'")
        self._step_over(FENCE_OPEN)
        self._at += 1
        step = self._block()
        if isinstance(tool := step.get("tool"), str) and heading != step_heading(number, tool):
            self.fail(f"the heading is not that of the block below: expected '{step_heading(number, tool)}'", begin)
        return step

    def _block(self) -> dict[str, Any]:
        """Return the keys of a step, up to the fence that closes it."""
        found: dict[str, Any] = {}
        while (text := self._written()) != FENCE_CLOSE:
            key, colon, rest = text.partition(":")
            if not colon or not key.isidentifier():
                self.fail(f"expected 'name: value' or '{FENCE_CLOSE}', found '{text[:40]}'")
            if key in found:
                self.fail(f"'{key}' stands in this step twice")
            if rest or key not in NESTED_KEYS:
                found[key] = self._value(rest)
                self._at += 1
            else:
                found[key] = self._nested(key)
        return found

    def _nested(self, parent: str) -> dict[str, Any]:
        """Return the mapping under `parent`: lines that begin with two spaces."""
        found: dict[str, Any] = {}
        self._at += 1
        while self._written() and (text := self._line())[:2] == "  ":
            key, rest = self._name(text)
            if key in found:
                self.fail(f"'{key}' stands here twice")
            if (marker := rest.strip()) in _LAST_LINE_END:
                found[key] = self._literal(marker)
            else:
                found[key] = self._value(rest)
                self._at += 1
        return found or self.fail(f"expected the values of '{parent}', indented by two spaces, or {parent}: {{}}")

    def _name(self, text: str) -> tuple[str, str]:
        """Return the name at column 2 and what follows its colon."""
        key, colon, rest = text[2:].partition(":")
        if text[2:3] == '"':
            try:
                key, end = decode_name(text, 2)
            except ValueError as error:
                self.fail(f"the name is no JSON string: {error}")
            colon, rest = text[end : end + 1], text[end + 1 :]
        elif not key.isascii() or not key.isidentifier() or key.lower() in YAML_WORDS:
            self.fail(f"the name '{key[:40]}' must stand at column 3, in double quotes unless it is a plain word")
        if colon != ":":
            self.fail("expected ': ' after the name")
        return key, rest

    def _literal(self, marker: str) -> str:
        """Return the text of the block below: its lines begin with four spaces, which are not part of it."""
        begin = self._at
        lines: list[str] = []
        self._at += 1
        while (text := self._line())[:4] == INDENT or not text.strip(" "):
            lines.append(text[4:])
            self._at += 1
        while lines and not lines[-1]:
            lines.pop()
        if not lines:
            self.fail('the block has no text; write "" instead', begin + 1)
        if "2" not in marker and lines[0][:1] in {"", " ", "\t"}:
            self.fail("lines of a block begin with four spaces; '|2' lets the first go on with white space", begin + 2)
        return "\n".join(lines) + _LAST_LINE_END[marker]
