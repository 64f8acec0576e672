"""Check all layers of a configuration and report every problem of every layer in one error.

A value that a later layer hides is checked as well: it would surprise its writer on the day it is no longer hidden.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from llmos_core.config.checking import Checker
from llmos_core.config.layers import Layer, layers_of
from llmos_core.config.sources import Sources
from llmos_core.config.tables import Values, merged
from llmos_core.errors import ConfigError, PluginError
from llmos_core.types.record import Record


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


def validated(sources: Sources, sections: Mapping[str, type[Any]], *, is_complete: bool) -> Validated:
    """Return the checked configuration, or raise ConfigError with all its problems.

    When `is_complete` is false, a plugin is disabled or broken: then an unknown section may be its own, and is a note.
    """
    checker = Checker()
    layers = layers_of(sources, sections)
    unknown = [sentence for layer in layers for sentence in layer.unknown]
    notes = [] if is_complete else unknown
    problems = [*sources.problems, *(unknown if is_complete else ())]
    faulty: set[str] = set()
    for layer in layers:
        problems += layer.problems
        for name in layer.values:
            found = list(_section_problems(checker, layer, name, sections, notes))
            problems += found
            faulty |= {name} if found else set()
    values = merged(layer.values for layer in layers)
    sound = {name: table for name, table in values.items() if name not in faulty}
    made, together = _made(checker, sound, sections, layers)
    if problems := [*problems, *together]:
        raise ConfigError(list(dict.fromkeys(problems)))
    lasting = merged(layer.values for layer in layers[:-1])
    return Validated(
        layers=layers,
        values=values,
        lasting=lasting if lasting == values or not _made(checker, lasting, sections, layers)[1] else None,
        sections=made,
        indirect=frozenset(name for name, section in made.items() if not _is_direct(section, values[name])),
        notes=tuple(notes),
    )


def _section_problems(
    checker: Checker, layer: Layer, name: str, sections: Mapping[str, type[Any]], notes: list[str]
) -> Iterator[str]:
    path = tuple(name.split("."))
    try:
        section_class = sections[name]
    except PluginError as error:
        notes.append(f"{layer.place(path)}: [{name}] cannot be checked: {error}")
        return
    yield from checker.problems(section_class, layer.values[name], path, layer.place, project=layer.is_project)


def _made(
    checker: Checker, values: Values, sections: Mapping[str, type[Any]], layers: Iterable[Layer]
) -> tuple[dict[str, Any], list[str]]:
    """Make every section that can be; say what is wrong with the others, and where their values stand."""
    made: dict[str, Any] = {}
    problems = []
    for name, plain in values.items():
        try:
            made[name] = checker.section(sections[name], plain)
        except PluginError:
            continue
        except Exception as error:  # noqa: BLE001 – section classes belong to strangers
            problems.append(f"{', '.join(_places(name, layers))}: {name}: {error}")
    return made, problems


def _places(name: str, layers: Iterable[Layer]) -> list[str]:
    path = tuple(name.split("."))
    return list(dict.fromkeys(layer.place((*path, key)) for layer in layers for key in layer.values.get(name, {})))


def _is_direct(section: Any, plain: Mapping[str, Any]) -> bool:
    """Say whether calling the class with the values as JSON keeps them gives the very same section."""
    try:
        return bool(type(section)(**json.loads(json.dumps(plain))) == section)
    except Exception:  # noqa: BLE001 – then it needs the structuring
        return False
