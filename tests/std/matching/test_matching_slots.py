"""A template is the goal with its values taken out: putting them back gives the goal, and units stay outside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.testing.records import goals
from llmos_std.matching.matcher import CascadeMatcher
from llmos_std.matching.slots import Template, parse, swapped_values
from llmos_std.matching.text import canonical
from worlds.goals import said, words


def read(goal: str) -> Template:
    template = parse(goal)
    assert template is not None, f"{goal!r} has no single reading"
    return template


def refilled(template: Template) -> str:
    """Return the text of a template with its values in their places."""
    values = iter(template.surfaces.values())
    by_name = {name: template.surfaces[name] for name in template.surfaces}
    counts: dict[str, int] = {}
    text = ""
    for part in template.parts:
        if isinstance(part, str):
            text += part
            continue
        family = part[1].split(" ")[0]
        counts[family] = counts.get(family, 0) + 1
        text += by_name[f"{family}{counts[family]}"]
    assert len(list(values)) == sum(counts.values())
    return text


@given(st.one_of(goals(), words().map(said)))
def test_putting_the_values_back_gives_the_goal(goal: str) -> None:
    template = parse(goal)
    if template is not None:
        assert refilled(template) == canonical(goal)


@given(words().map(said))
def test_the_same_goal_reads_the_same(goal: str) -> None:
    one, other = parse(goal), parse(goal)
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert one.key == other.key
        assert one.changed(other) == ()


@pytest.mark.parametrize(
    ("goal", "values"),
    [
        ("delete row 12 of people.csv", {"int1": "12", "path1": "people.csv"}),
        ("set the budget to -2.5", {"float1": "-2.5"}),
        ("transfer $100 to bob", {"int1": "100"}),
        ("find files larger than 10MB", {"int1": "10"}),
        ("list commits since 2024-01-01", {"date1": "2024-01-01"}),
        ("send it to alice@example.com", {"email1": "alice@example.com"}),
        ("download https://example.com/v1/data.zip.", {"url1": "https://example.com/v1/data.zip"}),
        ("ping example.com", {"host1": "example.com"}),
        ("copy ~/a to /tmp/b and src/c", {"path1": "~/a", "path2": "/tmp/b", "path3": "src/c"}),
        ("pay the invoice INV-77", {"id1": "INV-77"}),
        ("restore db_a from v2.0", {"id1": "db_a", "id2": "v2.0"}),
        ("get the weather for Paris", {"name1": "Paris"}),
        ("write 'hi there' to `a b`", {"quoted1": "hi there", "code1": "a b"}),
        ("delete *.log", {"glob1": "*.log"}),
        ("open (a.txt), then B", {"path1": "a.txt", "name1": "B"}),
    ],
)
def test_values_are_found_with_their_types(goal: str, values: dict[str, str]) -> None:
    assert read(goal).values == values


@pytest.mark.parametrize(
    "goal",
    [
        "run the tests",
        "Paris",
        "pay 1,000 dollars",
        "book 10/11/2024",
        "delete a.txt and/or b.txt",
        "write 'a to b.txt",
        "write to a.txt:\nx\ny",
        "open a.txt" + " word" * 1000,
    ],
)
def test_a_goal_with_two_readings_or_none_has_no_template(goal: str) -> None:
    assert parse(goal) is None
    assert "template" not in [key.split(":")[0] for key in CascadeMatcher().keys(goal)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("find files larger than 10 MB", "find files larger than 10 GB"),
        ("find files larger than 10MB", "find files larger than 10GB"),
        ("schedule the backup at 3am", "schedule the backup at 3pm"),
        ("increase the price by 5%", "increase the price by $5"),
        ("open config.yaml", "open config.yml"),
        ("list files in ~/Documents", "list files in /Documents"),
        ("delete row 12", "do not delete row 12"),
        ("set the budget to 2.5", "set the budget to 25"),
        ("open a.txt", "open A.TXT"),
        ("open ONLY 3 files", "open ALL 3 files"),
    ],
)
def test_units_suffixes_roots_and_guard_words_stay_in_the_template(one: str, other: str) -> None:
    assert read(one).key != read(other).key


@pytest.mark.parametrize(
    ("one", "other", "changed"),
    [
        ("delete row 12 of a.csv", "delete row 21 of a.csv", ("int1",)),
        ("copy a.txt to b.txt", "copy b.txt to a.txt", ("path1", "path2")),
        ("write 'hi there' to a.txt", 'write "hi there" to a.txt', ()),
        ("echo '$HOME' to a.txt", 'echo "$HOME" to a.txt', ("quoted1",)),
        ("write 'hi' to a.txt", 'write "ho" to a.txt', ("quoted1",)),
    ],
)
def test_goals_of_one_template_differ_in_values_only(one: str, other: str, changed: tuple[str, ...]) -> None:
    assert read(one).key == read(other).key
    assert read(one).changed(read(other)) == changed


def test_swapped_values_are_the_same_values_in_other_places() -> None:
    assert swapped_values({"path1": "a", "path2": "b"}, {"path1": "b", "path2": "a"})
    assert not swapped_values({"path1": "a", "path2": "b"}, {"path1": "a", "path2": "b"})
    assert not swapped_values({"path1": "a", "path2": "b"}, {"path1": "b", "path2": "c"})
