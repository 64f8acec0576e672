"""Law: the page of measures has one place for what each bench prints, and something stands in it."""

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "bench"))

import publish  # noqa: E402 – no package, a folder of scripts

PAGE = publish.PAGE.read_text("utf-8")


def test_the_page_has_a_place_for_every_bench_and_no_other() -> None:
    assert sorted(re.findall(r"<!-- measured: (.*?) -->", PAGE)) == sorted(publish.SCRIPTS)


@pytest.mark.parametrize("name", publish.SCRIPTS)
def test_every_bench_was_run_and_its_script_is_there(name: str) -> None:
    found = re.search(rf"<!-- measured: {name} -->\n```text\n(.+?)\n```\n<!-- end -->", PAGE, re.DOTALL)
    assert found is not None
    assert (ROOT / publish.SCRIPTS[name][0]).is_file()


def test_new_figures_take_the_place_of_the_old_ones_and_nothing_else_changes() -> None:
    changed = publish.published(PAGE, "memory", "1 \\1 2")
    assert "```text\n1 \\1 2\n```" in changed
    before, after = PAGE.split("<!-- measured: memory -->")[0], PAGE.split("<!-- measured: memory -->")[1]
    assert changed.startswith(before)
    assert changed.endswith(after.split("<!-- end -->", 1)[1])


def test_a_page_without_the_mark_is_left_alone() -> None:
    with pytest.raises(ValueError, match="needs one"):
        publish.published("no marks", "memory", "1")
