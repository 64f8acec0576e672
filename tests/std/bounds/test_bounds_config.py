"""Law of the section: what is not a bound is refused with every mistake told at once; without any, nothing is read."""

import subprocess
import sys
import tomllib

import pytest

from llmos_core.config.checking import fields_of
from llmos_std.bounds.config import BoundsConfig, Unbounded, open_bounds


def problems(text):
    with pytest.raises(ValueError, match="expected") as caught:
        BoundsConfig(**tomllib.loads(text))
    return str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "limits = 1",
        "[limits]\nmove = 1",
        "[limits.move]",
        "[limits.move]\nx = 3",
        "[limits.move.x]",
        "[limits.move.x]\noptional = true",
        "[limits.move.x]\nmin = true",
        "[limits.move.x]\nmin = '1'",
        "[limits.move.x]\nmax = nan",
        "[limits.move.x]\nmax = inf",
        "[limits.move.x]\nmin = 2\nmax = 1",
        "[limits.move.x]\nmax_change = -1",
        "[limits.move.x]\nmaximum = 1",
        "[limits.move.x]\nmax = 1\noptional = 'yes'",
        "forbidden = 1",
        "forbidden = [1]",
        "[[forbidden]]\nname = 'a'\ntool = 'm'",
        "[[forbidden]]\nname = 'a'\ntool = 'm'\nbox = {}",
        "[[forbidden]]\nname = 'a'\nbox = {x = [0, 1]}",
        "[[forbidden]]\nname = ' '\ntool = 'm'\nbox = {x = [0, 1]}",
        "[[forbidden]]\nname = 'a'\ntool = 'm'\nbox = {x = [1, 0]}",
        "[[forbidden]]\nname = 'a'\ntool = 'm'\nbox = {x = [0, 1, 2]}",
        "[[forbidden]]\nname = 'a'\ntool = 'm'\nbox = {x = [nan, 1]}",
        "[[forbidden]]\nname = 'a'\ntool = 'm'\nbox = {x = ['0', 1]}",
        "[[forbidden]]\nname = 'a'\ntool = 'm'\nbox = {x = [0, 1]}\ncolour = 'red'",
    ],
)
def test_what_is_no_bound_is_refused(text):
    assert problems(text)


def test_every_mistake_is_told_at_once():
    found = problems("[limits.move.x]\nmin = 'a'\nmaximum = 2\n[limits.move.y]\nmax = nan")
    assert all(word in found for word in ("limits.move.x", "'a'", "'maximum'", "limits.move.y", "nan"))


def test_a_project_can_set_no_bound_and_so_loosen_none():
    assert all(field.metadata["user_only"] for field in fields_of(BoundsConfig).values())


def test_regions_may_have_open_sides():
    config = BoundsConfig(**tomllib.loads("[[forbidden]]\nname = 'floor'\ntool = 'm'\nbox = {z = [-inf, 0]}"))
    assert config.forbidden[0]["name"] == "floor"


def test_without_bounds_nothing_but_the_section_is_imported():
    code = (
        "import sys\nfrom llmos_std.bounds.config import BoundsConfig, open_bounds\n"
        "from types import SimpleNamespace\n"
        "gate = open_bounds(SimpleNamespace(config=BoundsConfig()))\n"
        "assert gate.check(None).decision == 'allow'\n"
        "print([name for name in sys.modules if name.startswith('llmos_std.bounds.') or name == 'fractions'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['llmos_std.bounds.config']"
    assert Unbounded().check(None).decision == "allow"
    assert open_bounds
