"""Law: the page of measures has one place for each bench, something stands in it, and its picture says the same."""

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests" / "bench"), str(ROOT / "docs")]

import publish  # noqa: E402 – no package, a folder of scripts
import render_shares  # noqa: E402 – the same

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


def test_the_picture_of_learning_shows_the_figures_of_the_page() -> None:
    bars = render_shares.rows(PAGE)
    assert [bar.known for bar in bars] == ["1", "2", "3", "4", "5", "all"]
    assert all(abs(sum(bar.shares.values()) - 100) < 0.5 for bar in bars if not bar.wrong)
    assert render_shares.PICTURE.read_text("utf-8") == render_shares.drawn(bars), "run `python docs/render_shares.py`"


def test_a_share_without_a_colour_is_not_left_out_of_the_picture() -> None:
    with pytest.raises(ValueError, match="the picture draws"):
        render_shares.rows(PAGE.replace("one call", "two calls"))
