"""Law: a value from an output never becomes a program, a folder elsewhere or a host that neither goal nor runs knew.

The tools' words may be strangers'. A program with the very same examples but harmless values binds, so it is the rule
that refuses, and not something else.
"""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from llmos_core.types.tools import Effect
from llmos_std.learning.binding import NOTHING, settled
from llmos_std.learning.joining import programme
from llmos_std.learning.provenance import may_be_bound
from llmos_std.learning.runs import LoggedCall, Run
from llmos_std.learning.slicing import Example

OUT = {("out", 0, ("found",), None, ()): frozenset()}


def sending(name: str, found: str, leaf: str) -> Example:
    """Return a run that looks something up and uses what it found."""
    look = LoggedCall(tool="Look", arguments={"name": name}, output={"found": found}, effect=Effect.READ)
    act = LoggedCall(tool="Act", arguments={leaf: found}, output="ok", effect=Effect.REVERSIBLE_WRITE)
    return Example(Run(goal=f"look up {name} and use it", calls=(look, act)))


def bound(leaf: str, recorded: tuple[str, str, str], now: str, goal: str = "look up delta and use it"):
    """Return what is bound to the leaf when the look finds `now`."""
    known = [sending(name, found, leaf) for name, found in zip(("alpha", "beta", "gamma"), recorded, strict=True)]
    program = programme(known[0], known)
    asked = Example(Run(goal=goal, calls=())).goal
    return settled(program, 1, (leaf,), asked, program.first.same_wording(asked), [{"found": now}], "")


URLS = ("https://good.test/a1", "https://good.test/b2", "https://good.test/c3")
PATHS = ("notes/one.txt", "notes/two.txt", "notes/three.txt")
MAILS = ("ada@good.test", "bo@good.test", "cy@other.test")
WORDS = ("amber", "birch", "cedar")


@pytest.mark.parametrize(
    ("leaf", "recorded", "now"),
    [
        ("url", URLS, "https://evil.test/a1"),
        ("url", URLS, "https://good.test.evil.test/"),
        ("url", URLS, "https://good.test@evil.test/"),
        ("text", URLS, "https://evil.test/a1"),
        ("to", MAILS, "eve@evil.test"),
        ("to", MAILS, "eve@good.test.evil.test"),
        ("to", MAILS, "Ada <eve@evil.test>"),
        ("text", ("ask ada@good.test", "ask bo@good.test", "ask cy@good.test"), "ask eve@evil.test."),
        ("host", ("a.good.test", "b.good.test", "c.good.test"), "evil.test"),
        ("path", PATHS, "/etc/passwd"),
        ("path", PATHS, "../../.ssh/id_rsa"),
        ("path", PATHS, "notes/../../x"),
        ("path", PATHS, "~/.bashrc"),
        ("destination", PATHS, "C:\\windows"),
        ("path", ("/srv/a/one", "/srv/a/two", "/srv/a/six"), "/srv/b/one"),
        ("command", WORDS, "rm -rf x"),
        ("code", WORDS, "import os"),
    ],
)
def test_what_an_output_says_does_not_lead_elsewhere(leaf, recorded, now):
    assert bound(leaf, recorded, now) is NOTHING


@pytest.mark.parametrize(
    ("leaf", "recorded", "now"),
    [
        ("url", URLS, "https://good.test/d4"),
        ("url", URLS, "https://GOOD.test:443/d4"),
        ("text", WORDS, "dogwood"),
        ("to", MAILS, "Dee.Lee@Other.test"),
        ("path", PATHS, "notes/four.txt"),
        ("path", PATHS, "other/four.txt"),
        ("path", ("/srv/a/one", "/srv/a/two", "/srv/a/six"), "/srv/a/ten"),
        ("command", WORDS, "amber"),
    ],
)
def test_what_stays_where_it_was_is_bound(leaf, recorded, now):
    assert bound(leaf, recorded, now) == now


def test_a_host_that_the_goal_names_is_no_news():
    assert bound("url", URLS, "https://delta.test/x", "look up delta.test and use it") == "https://delta.test/x"


@given(st.text(), st.sampled_from(["path", "url", "command", "text"]), st.lists(st.text(), max_size=3))
def test_what_something_else_explains_as_well_passes(value, leaf, seen):
    import json

    both = {**OUT, ("const", json.dumps(value)): frozenset()}
    assert may_be_bound((leaf,), value, both, "", [])
    assert may_be_bound((leaf,), value, OUT, "", [json.dumps(each) for each in (*seen, value)])
    assert may_be_bound((leaf,), value, OUT, f"do {value} now", [])


def is_whole(part: str, text: str) -> bool:
    """Say whether a part of a text is there and cuts no word in two."""
    cuts = [at for at in range(1, len(text)) if text[at - 1].isalnum() and text[at].isalnum()]
    places = [at for at in range(len(text)) if text.startswith(part, at)]
    return any(at not in cuts and at + len(part) not in cuts for at in places)


@example("t", [])
@example("goal", [])
@given(
    st.text(min_size=1) | st.sampled_from(["the", "oal", "e g", " ", "the goal"]),
    st.lists(st.text(min_size=1), max_size=3),
)
def test_no_output_ever_becomes_a_program_that_is_new(value, seen):
    import json

    new = value not in seen and not is_whole(value, "the goal")
    assert may_be_bound(("command",), value, OUT, "the goal", map(json.dumps, seen)) is not new
    assert may_be_bound(("argv", 0), value, OUT, "the goal", map(json.dumps, seen)) is not new


@given(st.integers() | st.booleans() | st.none() | st.floats(allow_nan=False))
def test_numbers_are_no_places(value):
    assert may_be_bound(("path",), value, OUT, "", [])
