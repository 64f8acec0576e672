"""The laws of a configuration section: explained, valid by default, strict, and the same after a trip through TOML."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

import attrs
from hypothesis import settings
from hypothesis import strategies as st

from llmos_core.config.checking import Checker, fields_of
from llmos_core.testing.building import FEW, make_suite
from llmos_core.testing.records import lines, texts

_UNITS = (
    *("s", "ms", "usd", "bytes", "kb", "mb", "chars", "tokens", "turns", "count", "fraction", "percent", "days"),
    *("hours", "minutes", "calls", "lines", "entries", "port", "width", "depth", "retries", "attempts"),
)
_WORDS = (
    *("second", "dollar", "byte", "character", "token", "turn", "number of", "how many"),
    *("0 to 1", "0 to 2", "share", "confidence"),
)


def section_suite(section_class: type[Any], *, bounds: settings = FEW) -> type:
    """Return the laws for one section class, such as the one that `Contribution.config` names."""
    draws = {"values": _tables(section_class), "unknown": lines(12).map("zz-".__add__)}
    return make_suite(SectionLaws, draws=draws, bounds=bounds, section_class=section_class)


class SectionLaws:
    """What every section class must do."""

    section_class: type[Any]

    def test_every_field_says_what_it_is_for(self) -> None:
        """Else `llmos config show` and the reference have nothing to tell. Give every field `help=`."""
        silent = [name for name, field in fields_of(self.section_class).items() if not _help(field)]
        assert silent == [], f"without help: {', '.join(silent)}"

    def test_every_number_has_a_unit(self) -> None:
        """Else nobody knows whether 5 are seconds. Name it so (`timeout_s`), give `unit=`, or say it in the help."""
        fields = fields_of(self.section_class).items()
        bare = [name for name, field in fields if _is_number(field.type) and not _has_unit(name, field)]
        assert bare == [], f"numbers without a unit: {', '.join(bare)}"

    def test_nothing_need_be_set(self) -> None:
        """Else a fresh installation does not start. Give every field a default that its own check accepts."""
        self.section_class()

    def test_it_never_changes(self) -> None:
        """Else one run could change what the next one does. Make it a `Record` or a frozen attrs class."""
        section = _made(self.section_class, {})
        if section is None:
            return
        for name in fields_of(self.section_class):
            try:
                setattr(section, name, getattr(section, name))
            except AttributeError:
                continue
            raise AssertionError(f"'{name}' can be set on the section")

    def test_toml_and_back_is_the_same(self, values: dict[str, Any]) -> None:
        """Else what `config set` writes is read as something else. Let converters accept what TOML can hold."""
        import tomllib

        import tomli_w

        section = _made(self.section_class, values)
        if section is None:
            return
        text = tomli_w.dumps(plain_table(section))
        read = Checker().section(self.section_class, tomllib.loads(text))
        assert read == section, f"it came back as {read!r} from\n{text}"

    def test_a_wrong_type_is_refused(self) -> None:
        """Else a slip in a file is taken for something else. Declare the type, and do not convert it away."""
        for name, field in fields_of(self.section_class).items():
            wrong_values = _wrong_values(field.type)
            assert wrong_values, f"'{name}' takes anything; declare its type"
            for wrong in wrong_values:
                found = list(self._problems({name: wrong}))
                assert found, f"'{name}' takes {wrong!r}"

    def test_an_unknown_key_is_refused(self, unknown: str) -> None:
        """Else a misspelt key is silently without effect. Let attrs or `Record` define the fields, not `**values`."""
        try:
            self.section_class(**{unknown: 1})
        except TypeError:
            return
        raise AssertionError(f"it takes the unknown key {unknown!r}")

    def _problems(self, values: Mapping[str, Any]) -> Iterator[str]:
        return Checker().problems(self.section_class, values, ("section",), lambda _path: "here", project=False)


def plain_table(section: Any) -> dict[str, Any]:
    """Return a section as TOML holds it: amounts as text, tuples as lists, nothing for None."""
    values = {name: getattr(section, name) for name in fields_of(type(section))}
    return {name: _plain(value) for name, value in values.items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return plain_table(value) if attrs.has(type(value)) else value


def _help(field: Any) -> str:
    return str(field.metadata.get("help", "")).strip()


def _is_number(kind: Any) -> bool:
    options = get_args(kind) if get_origin(kind) in {Union, UnionType} else (kind,)
    return any(option in {int, float, Decimal} for option in options)


def _has_unit(name: str, field: Any) -> bool:
    told = f"{name} {field.metadata.get('unit', '')} {_help(field)}".lower()
    return name.rpartition("_")[2] in _UNITS or bool(field.metadata.get("unit")) or any(_named(told))


def _named(told: str) -> Iterator[bool]:
    for unit in _WORDS:
        yield unit in told


_WRONG: Mapping[Any, tuple[Any, ...]] = {
    bool: ("true", 1),
    int: ("5", 2.5, True),
    float: ("5", True),
    Decimal: ("a lot", True),
    str: (5, ["a"]),
}


def _wrong_values(kind: Any) -> tuple[Any, ...]:
    """Return values that are wrong for a type in TOML; nothing is wrong for Any."""
    if _is_union(kind):
        kind = next(option for option in get_args(kind) if option is not NoneType)
    if kind in _WRONG:
        return _WRONG[kind]
    origin = get_origin(kind)
    if origin in {tuple, list} or origin is dict or attrs.has(kind) or origin is Mapping:
        return ("a text", 5)
    return () if kind in {Any, object} else ({"no": "such thing"},)


def _tables(section_class: type[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw plain values for some of the fields, as TOML could hold them; not all of them are accepted."""
    known = {name: _values(field.type) for name, field in fields_of(section_class).items()}
    return st.fixed_dictionaries({}, optional={name: values for name, values in known.items() if values is not None})


def _values(kind: Any) -> st.SearchStrategy[Any] | None:
    options = [option for option in get_args(kind) if option is not NoneType] if _is_union(kind) else [kind]
    simple: dict[Any, st.SearchStrategy[Any]] = {
        str: texts(),
        bool: st.booleans(),
        int: st.integers(-10, 10_000),
        float: st.floats(0, 1) | st.integers(0, 500),
        Decimal: st.decimals(0, 1000, places=2).map(str),
    }
    if options[0] in simple:
        return simple[options[0]]
    if get_origin(options[0]) in {tuple, list} and get_args(options[0])[0] is str:
        return st.lists(texts(), max_size=3)
    if get_args(options[0]) == (str, str):
        return st.dictionaries(texts(8), texts(), max_size=2)
    return None


def _is_union(kind: Any) -> bool:
    return get_origin(kind) in {Union, UnionType}


def _made(section_class: type[Any], values: dict[str, Any]) -> Any:
    """Return the section, None when it refuses these values: which ones it accepts is its own business."""
    try:
        return Checker().section(section_class, values)
    except Exception:  # noqa: BLE001 – converters and validators are the author's
        return None
