"""Check all layers of a configuration and report every problem of every layer in one error.

A value that a later layer hides is checked as well: it would surprise its writer on the day it is no longer hidden.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from llmos_core.config.checking import Checker, Finding, fields_of, without_number
from llmos_core.config.explaining import stray_variables
from llmos_core.config.layers import Layer, layers_of
from llmos_core.config.literals import literal_secrets
from llmos_core.config.sources import Sources
from llmos_core.config.tables import Values, merged, split_path
from llmos_core.config.wording import sentence
from llmos_core.errors import ConfigError, PluginError
from llmos_core.suggestion import did_you_mean
from llmos_core.types.record import Record

Absence = Callable[[str, str], str]
"""Takes a kind and a name; says why no contribution of that kind bears it, "" when one does."""


class Validated(Record):
    """A configuration without problems.

    `values` is what all layers set together, `lasting` the same without the values given for this time only, None when
    those are needed to make it right. `sections` are the structured sections that anything is set in; `indirect` those
    that cannot be made from plain values by calling their class. `notes` are doubts that stop nothing.
    """

    layers: tuple[Layer, ...]
    values: Values
    lasting: Values | None
    sections: Mapping[str, Any]
    indirect: frozenset[str]
    notes: tuple[str, ...]


def validated(
    sources: Sources, sections: Mapping[str, type[Any]], *, is_complete: bool, absence: Absence | None = None
) -> Validated:
    """Return the checked configuration, or raise ConfigError with all its problems.

    When `is_complete` is false, a plugin is disabled or broken: then an unknown section or name may be its own, and is
    a note. `absence` says why no contribution of a kind bears a name, "" when one does; without it no name is wrong.
    """
    layers = layers_of(sources, sections)
    check = _Check(sections, layers, absence or _always_there)
    unknown = [told for layer in layers for told in (*layer.unknown, *check.nameless(layer))]
    strays, stray_notes = stray_variables(sources.strays, sections)
    problems = [*sources.problems, *_preset_problems(sources, layers), *(unknown if is_complete else ()), *strays]
    for layer in layers:
        problems += check.layer(layer)
    made, together = check.made(merged(layer.values for layer in check.sound))
    is_whole = all(layer.is_whole for layer in layers) and not sources.problems
    together = together if is_whole else []  # what could not be read may be what makes it right
    if problems := [*problems, *together]:
        raise ConfigError(list(dict.fromkeys(problems)))
    values = merged(layer.values for layer in layers)
    lasting = merged(layer.values for layer in layers[:-1])
    return Validated(
        layers=layers,
        values=values,
        lasting=lasting if lasting == values or not check.made(lasting)[1] else None,
        sections=made,
        indirect=frozenset(name for name, section in made.items() if not _is_direct(section, values[name])),
        notes=(*stray_notes, *check.notes, *(() if is_complete else unknown)),
    )


class _Check:
    """One check of all layers. `sound` holds the layers without what is wrong in them, `notes` what stops nothing."""

    def __init__(self, sections: Mapping[str, type[Any]], layers: tuple[Layer, ...], absence: Absence) -> None:
        self._checker = Checker()
        self._absence = absence
        self._sections = sections
        self._layers = layers
        self._doubtful: dict[str, set[str]] = {}
        self.sound: list[Layer] = []
        self.notes: list[str] = []

    def layer(self, layer: Layer) -> Iterator[str]:
        """Yield every problem of one layer by itself."""
        yield from layer.problems
        sound: Values = {}
        for lost in layer.lost:
            section, rest = split_path(lost, self._sections)
            self._doubtful.setdefault(section, set()).update(rest[:1])
        for name, table in layer.values.items():
            findings = list(self._findings(layer, name))
            yield from (finding.told(layer.place) for finding in findings)
            depth = name.count(".") + 1
            wrong = [finding.path[depth:] for finding in findings if len(finding.path) > depth]
            doubtful = {without_number(path[0]) for path in wrong} | {finding.meant for finding in findings} - {""}
            self._doubtful.setdefault(name, set()).update(doubtful)
            sound[name] = _without(wrong, table)
        self.sound.append(Layer(name=layer.name, values=sound, place=layer.place))

    def nameless(self, layer: Layer) -> Iterator[str]:
        """Yield one sentence for each contribution that a layer names and nobody offers."""
        for name, table in layer.values.items():
            try:
                fields = fields_of(self._sections[name])
            except PluginError:
                continue
            for key, value in table.items():
                kind = fields[key].metadata.get("names") if key in fields else ""
                if not kind or not isinstance(value, str) or value == fields[key].default:
                    continue
                if why := self._absence(kind, value):
                    path = (*name.split("."), key)
                    yield Finding(path, why).told(layer.place)

    def _findings(self, layer: Layer, name: str) -> Iterator[Finding]:
        path = tuple(name.split("."))
        try:
            section_class = self._sections[name]
        except PluginError as error:
            self.notes.append(f"{layer.place(path)}: [{name}] cannot be checked: {error}")
            return
        found = list(self._checker.findings(section_class, layer.values[name], path, project=layer.is_project))
        yield from found
        known = {finding.path for finding in found}
        literals = literal_secrets(layer.values[name], path) if layer.is_kept else ()
        for finding, is_certain in literals:
            if finding.path in known:
                continue
            if is_certain or layer.is_project:
                yield finding
            elif layer.is_file:
                self.notes.append(finding.told(layer.place))

    def made(self, values: Values) -> tuple[dict[str, Any], list[str]]:
        """Make every section that can be; say what is wrong with the others, and where their values stand.

        What a section says against several values together counts only when none of those is wrong by itself.
        """
        made: dict[str, Any] = {}
        problems = []
        for name, table in values.items():
            try:
                made[name] = self._checker.section(self._sections[name], table)
            except PluginError:
                continue
            except Exception as error:  # noqa: BLE001 – section classes belong to strangers
                told = str(error) or type(error).__name__
                if not any(f"'{key}'" in told for key in self._doubtful.get(name, ())):
                    problems.append(sentence(f"{', '.join(self._places(name, told))}: {name}: {told}"))
        return made, problems

    def _places(self, name: str, told: str) -> list[str]:
        """Return where the values stand that a sentence speaks of, those of the whole section when it names none."""
        path = tuple(name.split("."))
        keys = [(layer, key) for layer in self._layers for key in layer.values.get(name, {})]
        named = [(layer, key) for layer, key in keys if f"'{key}'" in told]
        return list(dict.fromkeys(layer.place((*path, key)) for layer, key in named or keys))


def _without(wrong: Iterable[tuple[str, ...]], table: Mapping[str, Any]) -> Values:
    """Return a table without what stands at some paths; a list goes as a whole."""
    sound: Values = {}
    for key, value in table.items():
        inner = [path[1:] for path in wrong if without_number(path[0]) == key]
        if not inner:
            sound[key] = value
        elif all(inner) and isinstance(value, Mapping):
            sound[key] = _without(inner, value)
    return sound


def _always_there(_kind: str, _name: str) -> str:
    return ""


def _preset_problems(sources: Sources, layers: Iterable[Layer]) -> Iterator[str]:
    files = [(sources.paths.user_config, sources.user), (sources.project_file, sources.project)]
    places = iter([layer.place for layer in layers if layer.is_file])
    for path, data in files:
        if not path or not data:
            continue
        place, found = next(places), sources.preset_in(path, data)
        if found is None or (isinstance(found, str) and found in {"", *sources.presets}):
            continue
        said = f"no preset named '{found}'{did_you_mean(found, sources.presets)}" if isinstance(found, str) else ""
        said = said or f"expected the name of a preset: {', '.join(sources.presets)}"
        yield sentence(f"{place(('preset',))}: preset: {said}")


def _is_direct(section: Any, table: Mapping[str, Any]) -> bool:
    """Say whether calling the class with the values as JSON keeps them gives the very same section."""
    try:
        return bool(type(section)(**json.loads(json.dumps(table))) == section)
    except Exception:  # noqa: BLE001 – then it needs the structuring
        return False
