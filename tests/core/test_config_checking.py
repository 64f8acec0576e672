"""Whatever stands in a file, it is either right or told completely: no crash, no silence, no problem lost or invented.

Laws: any bytes give a configuration or sentences; n independent mistakes give n problems, each with its own line.
"""

import os
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import attrs
import pytest
import tomli_w
from config_worlds import World
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.config.checking import Checker
from llmos_core.config.structuring import strict_converter
from llmos_core.errors import ConfigError
from llmos_core.types.record import Record, field

WRONG: dict[str, list[Any]] = {
    "word": [1, True, 1.5, ["a"], {"a": 1}],
    "count": ["3", 2.9, 2.0, True, -1, [1]],
    "part": ["0.5", True, 1.5, -0.1, float("nan"), float("inf")],
    "ready": [0, 1, "true", "no", []],
    "cost": [True, "much", -1, float("nan"), float("-inf"), [1]],
    "limit": [False, "", "1,5", -0.5],
    "names": ["a", 1, [1], {"a": "b"}],
    "labels": ["a", ["a"], {"x": 1}],
    "inner": ["x", 3, ["depth"]],
    "wrod": [1, "x", {"a": 1}],
    "cuont": [1],
}
RIGHT: dict[str, Any] = {"word": "w", "count": 1, "part": 0.5, "ready": True, "cost": "1", "names": ["n"]}
mistakes = st.fixed_dictionaries({}, optional={key: st.sampled_from(wrong) for key, wrong in WRONG.items()})


def problems_of(world: World, **more: Any) -> list[str]:
    try:
        world.load(**more).to_dict()
    except ConfigError as error:
        return list(error.problems)
    return []


@pytest.mark.spec("CG-004")
@given(mistakes, st.sets(st.sampled_from(sorted(RIGHT))), st.sampled_from(["sample", "deep.nested-one"]))
def test_every_mistake_is_one_problem_with_its_own_key_and_line(
    wrong: dict[str, Any], right: set[str], section: str
) -> None:
    table = {**{key: RIGHT[key] for key in right}, **wrong}
    text = f"[{section}]\n" + "".join(f"{key} = {inline(value)}\n" for key, value in table.items())
    with TemporaryDirectory() as root:
        world = World(Path(root))
        world.write(user=text)
        found = problems_of(world)
    lines = {key: number for number, key in enumerate(table, start=2)}
    assert len(found) == len(wrong)
    for key in wrong:
        start = f"{world.paths.user_config}:{lines[key]}: {section}.{key}"
        assert len([problem for problem in found if problem.startswith(start)]) == 1


WRONG_FORM = {
    "word": ["abc", "“x”", '"x', "'x", "None", "", "= 'x'", "'x' 'y'", '"\\q"'],
    "count": ["1,5", "5 s", "0x", "1__0", "--1"],
    "ready": ["True", "yes"],
    "names": ["[a, b]", "['a' 'b']"],
    "other": ["{ a 1 }", "1979-99-99"],
}


@given(
    st.fixed_dictionaries({}, optional={key: st.sampled_from(wrong) for key, wrong in WRONG_FORM.items()}),
    st.sets(st.sampled_from(["part", "cost", "wrod"])),
)
def test_mistakes_of_form_hide_no_other_mistakes(form: dict[str, str], values: set[str]) -> None:
    lines = ["[sample]", *(f"{key} = {value}" for key, value in form.items())]
    for key in values:
        lines.insert(1, f"{key} = {inline(WRONG[key][0])}")
    with TemporaryDirectory() as root:
        world = World(Path(root))
        world.write(user="\n".join(lines) + "\n")
        found = problems_of(world)
    assert len(found) == len(form) + len(values)
    for number, line in enumerate(lines[1:], start=2):
        key = line.partition(" ")[0]
        (problem,) = [one for one in found if f": sample.{key}: " in one]
        assert problem.startswith(f"{world.paths.user_config}:{number}:")
        assert ("is not valid TOML" in problem) == (key in form)


def inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {inline(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(inline(one) for one in value) + "]"
    return tomli_w.dumps({"v": value}).removeprefix("v = ").strip()


@pytest.mark.spec("CG-001")
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_a_configuration_or_one_problem_at_least(data: bytes) -> None:
    with TemporaryDirectory() as root:
        world = World(Path(root))
        world.paths.user_config.write_bytes(data)
        for problem in problems_of(world):
            assert problem.startswith(str(world.paths.user_config))
            assert problem.isprintable()


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates() | st.times(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(
    ["sample", "pair", "inner", "depth", "word", "deep", "nested-one", "careless", "labels", "preset"]
)
trees = st.dictionaries(names, st.dictionaries(names | st.sampled_from(sorted(WRONG)), junk) | junk, max_size=4)


def without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_none(one) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [without_none(one) for one in value if one is not None]
    return value


@given(trees)
def test_any_tables_are_a_configuration_or_printable_problems(tree: dict[str, Any]) -> None:
    with TemporaryDirectory() as root:
        world = World(Path(root))
        world.write(user=without_none(tree))
        assert all(problem.isprintable() for problem in problems_of(world))


@given(st.dictionaries(st.sampled_from([f"sample.{key}" for key in WRONG] + ["pair.low", "x", "preset"]), junk))
def test_any_given_values_are_a_configuration_or_printable_problems(given_values: dict[str, Any]) -> None:
    with TemporaryDirectory() as root:
        world = World(Path(root))
        found = problems_of(world, explicit=given_values)
        assert all(problem.startswith("given value: ") and problem.isprintable() for problem in found)


parts = st.sampled_from(["SAMPLE", "COUNT", "PAIR", "LOW", "DEEP", "NESTED_ONE", "INNER", "X", ""])
variables = st.dictionaries(
    st.lists(parts, max_size=4).map("__".join).map("LLMOS_".__add__),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=5)
    | st.sampled_from(["1", "true", "{a=1}", "[", "1" * 5000, "nan", "{ env = 'X' }", "\n"]),
    max_size=3,
)


@given(variables)
def test_any_variables_are_a_configuration_or_problems_that_name_them(environ: dict[str, str]) -> None:
    with TemporaryDirectory() as root:
        for problem in problems_of(World(Path(root)), environ=environ):
            assert problem.isprintable()
            assert problem.partition(": ")[0].partition(", ")[0] in {*environ}


class Wide(Record):
    """What strangers may use besides the usual types."""

    either: int | str = 1
    maybe: int | str | None = None
    choice: Literal["a", "b"] = "a"
    place: Path = Path("x")
    rows: tuple[tuple[int, ...], ...] = ()
    by_name: dict[str, tuple[str, ...]] = field(factory=dict)
    plain: float = 1.0


@pytest.mark.spec("CG-003")
@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"either": "x"}, []),
        ({"either": 5}, []),
        ({"either": True}, ["either: found true, expected a whole number or a text"]),
        ({"maybe": 2.5}, ["maybe: found 2.5, expected a whole number or a text"]),
        ({"choice": "c"}, ["choice: found \"c\", expected one of 'a', 'b'"]),
        ({"place": "y"}, []),
        ({"place": 3}, ["place: found 3, expected a path"]),
        (
            {"rows": [[1], [2, "x"], "y"]},
            ['rows[1][1]: found "x", expected a whole', 'rows[2]: found "y", expected a list'],
        ),
        (
            {"by_name": {"a": "text", "b": ["c", 1]}},
            ['by_name.a: found "text", expected a list', "by_name.b[1]: found 1"],
        ),
        ({"plain": float("nan")}, ["plain: found nan, expected a finite number"]),
        ({"plain": 10**400}, ["plain: found 1000"]),
    ],
)
def test_every_item_is_looked_at_by_itself(values: dict[str, Any], said: list[str]) -> None:
    found = [finding.told(lambda _path: "f") for finding in Checker().findings(Wide, values, ("wide",))]
    assert len(found) == len(said)
    assert all(problem.startswith(f"f: wide.{start}") for problem, start in zip(found, said, strict=True))


@given(st.integers() | st.floats() | st.booleans() | st.text(max_size=3) | st.none())
def test_nothing_is_coerced(value: Any) -> None:
    converter = strict_converter()
    for kind in (int, float, bool, str):
        try:
            found = converter.structure(value, kind)
        except (TypeError, ValueError, OverflowError):
            continue
        assert found == kind(value)
        assert type(found) is kind
        assert type(value) is kind or (kind is float and type(value) is int)
    if not isinstance(value, bool) and isinstance(value, int | float):
        assert converter.structure(value, Decimal) == Decimal(str(value)) or value != value  # noqa: PLR0124 – NaN


@attrs.frozen(kw_only=True)
class Rude:
    a: int = attrs.field(default=1)
    b: int = 1

    @a.validator
    def _check(self, _attribute: Any, value: int) -> None:
        if value > 5:
            raise KeyError("odd\nerror \x1b[31m")

    def __attrs_post_init__(self) -> None:
        if self.b > 5:
            raise ArithmeticError


def test_what_strangers_raise_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write(user="[rude]\na = 9\nb = 9\n")
    first, second = problems_of(world, sections={"rude": Rude})
    assert first.startswith(f"{world.paths.user_config}:2: rude.a: ")
    assert second.endswith("rude: ArithmeticError")
    assert (first + second).isprintable()


def test_a_contradiction_is_told_beside_other_problems_but_not_because_of_them(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write(user="[pair]\nlow = 5\nhgih = 9\n")
    assert [problem.partition(": pair")[2] for problem in problems_of(world)] == [
        ".hgih: unknown key; did you mean 'high'?"
    ]
    world.write(user="[pair]\nlow = 5\nhigh = 3\nother = 1\n")
    assert len(problems_of(world)) == 2


@pytest.mark.spec("CG-005")
def test_what_is_the_users_is_refused_in_a_project_at_any_depth(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write(project="[sample]\nowned = 'theirs'\n", user="[sample]\nowned = 'mine'\n")
    (problem,) = problems_of(world)
    assert problem.startswith(f"{world.project_file}:2: sample.owned: may only be set in your own configuration")


@pytest.mark.spec("CG-002")
def test_the_owner_of_a_section_decides_what_is_unknown(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write(user="[smaple]\nword = 'x'\n")
    (problem,) = problems_of(world)
    assert problem.endswith("[smaple]: unknown section; did you mean 'sample'?")
    assert world.load(is_complete=False).notes == (problem,)


@pytest.mark.spec("CG-001")
def test_a_link_that_leads_nowhere_is_no_absent_file(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.paths.user_config.symlink_to(tmp_path / "gone")
    assert problems_of(world) == [f"{world.paths.user_config}: is a link that leads nowhere; mend or remove it"]


@pytest.mark.spec("CG-001")
@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_told(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write(user="x = 1")
    world.paths.user_config.chmod(0)
    assert "cannot be read: Permission denied" in problems_of(world)[0]
