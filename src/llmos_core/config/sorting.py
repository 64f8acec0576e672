"""Sort a tree of tables into the known sections, noting what belongs to none of them and what is set twice."""

from collections.abc import Callable, Mapping
from typing import Any

from llmos_core.config.tables import Values
from llmos_core.config.wording import sentence
from llmos_core.suggestion import did_you_mean

Place = Callable[[tuple[str, ...]], str]


def sorted_into(tree: Mapping[str, Any], names: frozenset[str], place: Place) -> "Sorting":
    """Return the values of a tree by section; the longest section name wins."""
    sorting = Sorting(names, place)
    sorting.sort(tree)
    return sorting


class Sorting:
    """What one tree holds: `values` by section, `unknown` sections and `misplaced` keys as sentences."""

    def __init__(self, names: frozenset[str], place: Place) -> None:
        self._names = names
        self._place = place
        self.values: Values = {}
        self.unknown: list[str] = []
        self.misplaced: list[str] = []

    def sort(self, tree: Mapping[str, Any], path: tuple[str, ...] = ()) -> None:
        """Add the table that stands at `path`."""
        section = ".".join(path)
        for key, value in tree.items():
            inner = (*path, key)
            name = ".".join(inner)
            if name in self._names or any(known.startswith(f"{name}.") for known in self._names):
                self._sort_table(value, inner, name)
            elif section in self._names:
                self._set(section, key, value, inner)
            elif isinstance(value, Mapping):
                self._note(self.unknown, inner, f"[{name}]: unknown section{self._near(name)}")
            else:
                self._note(self.misplaced, inner, f"{name}: stands outside of any known section{self._hint(name)}")

    def _set(self, section: str, key: str, value: Any, path: tuple[str, ...]) -> None:
        table = self.values.setdefault(section, {})
        if key in table:
            self._note(self.misplaced, path, f"{section}.{key}: is set twice, with and without quotes")
        table[key] = value

    def _sort_table(self, value: Any, path: tuple[str, ...], name: str) -> None:
        if isinstance(value, Mapping):
            self.sort(value, path)
        else:
            self._note(self.misplaced, path, f"{name}: is a section; expected a table [{name}]")

    def _note(self, notes: list[str], path: tuple[str, ...], what: str) -> None:
        notes.append(sentence(f"{self._place(path)}: {what}"))

    def _hint(self, name: str) -> str:
        """Say what was probably meant by a lone key: a dotted name in quotes, a section, the preset."""
        section, _, key = name.rpartition(".")
        if section in self._names:
            return f"; write {key} under [{section}], or the dots without quotes"
        inside = [known for known in self._names if section and known.startswith(f"{section}.")]
        return f"; known: {', '.join(sorted(inside))}" if inside else did_you_mean(name, {*self._names, "preset"})

    def _near(self, name: str) -> str:
        if name == "llmos":
            return "; only [llmos.prefer] is known, a table of texts"
        return did_you_mean(name, self._names) or "; `llmos config show` lists all"
